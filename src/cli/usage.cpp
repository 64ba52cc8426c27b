// SPDX-License-Identifier: MIT
#include "cli/usage.hpp"

namespace qmpev {

std::string_view program_usage() noexcept {
  return R"(usage: qmpev VERB [OPTIONS]

  serve      a machine without a guest system: devices, a synthetic guest, QMP monitors
  run        that machine for as long as a command lasts: a test, a client
  watch      print the events of a QMP server
  trigger    have that machine do something, and see what comes of it
  events     explain every event: its members, its rate limit, an example

  --version  the program's version
  --help     this text; `qmpev VERB --help` explains a verb

Start with `qmpev serve --demo`, and in a second terminal `qmpev watch`.
)";
}

std::string_view serve_usage() noexcept {
  return R"(usage: qmpev serve [OPTIONS]

Serves QMP until SIGINT, SIGTERM, SIGHUP, the command `quit` or the guest's end. Clients receive SHUTDOWN, sockets are
removed.

  --listen unix:PATH|tcp:HOST:PORT|fd:NAME[,wire=FORM][,role=ROLE][,slow=keep|close][,SETTING]...
          a monitor at a UNIX socket, mode 0600, or at a port; may be given several times
          NAME  sockets that systemd passes under that name, FileDescriptorName= of the .socket unit; each
                one that it passes has to be named
          HOST  127.0.0.1, [::1], localhost: this machine only; others with tls= only; PORT 0: any free one
          FORM  document  events as the QMP event document of 2014 spells them (default)
                qemu      events as QEMU's schema spells them: libvirt, go-qemu, kata, Proxmox
          ROLE  full      every command (default, but for tcp:, which all programs of the machine reach)
                events    for who only listens: no command that changes anything is there
          slow  keep      who reads too slowly and loses events goes on behind the gap (default)
                close     it gets what is owed to it, then the end of the connection
          SETTING  max-clients=N            at once (64)
                   max-clients-per-uid=N    of one user of a UNIX socket (as many)
                   negotiation-timeout=S    seconds, 0: for ever (30 for tcp:, for ever for unix:)
                   allow-uid=USER           who may connect to a UNIX socket, by name or number; may be given
                                            several times (whom its mode lets in)
                   allow-gid=GROUP          likewise, by group
                   tls=FOLDER               clients show a certificate signed by ca-cert.pem and are shown
                                            server-cert.pem (its key: server-key.pem); ca-crl.pem takes back
                   allow-name=NAME          of such a certificate, may be given several times (any)
          default: unix:$XDG_RUNTIME_DIR/qmpev/default.sock
          (without XDG_RUNTIME_DIR: /run/user/UID, or else /tmp/qmpev-UID)
  --quorum NAME,file=PATH,file=PATH,...[,threshold=N][,pattern=quorum|fifo][,rewrite=on|off]
          the disk stands on raw image files, all of one length; a comma in a path is doubled
          threshold  copies that have to agree (default: more than half)
          pattern    quorum  all copies are read and vote (default)
                     fifo    the first that can be read counts
          rewrite    on: copies that lost a vote are given what won
          a copy is the node NAME-0, NAME-1, ...; `node=` behind its file names it otherwise
          default: disk0, three copies in memory
  --transcript FILE[,limit=SIZE]
          record what passes every monitor, both ways, as lines of JSON; FILE must not exist; at SIZE
          (default 64M) recording stops, the machine goes on
  --action WHAT=POLICY[,WHAT=POLICY]...
          what the machine does, by QEMU's words; the command set-action changes it later
          panic     pause (default) | shutdown | exit-failure | none
          shutdown  poweroff (default) | pause
          reboot    reset (default) | shutdown
  --no-shutdown
          the same as --action shutdown=pause
  -S      wait for the command `cont`
  --preconfig
          wait for the command `x-exit-preconfig`: until then only what QEMU allows before it has a machine
  --spice port=N[,addr=A]|unix=PATH[,password-file=PATH|,password=P][,display=on]
          a real SPICE server for viewers such as remote-viewer: main, inputs, playback and record channels;
          port=0 takes any free port; addr= is numeric, by default 127.0.0.1, so that nobody else gets in;
          without a password everybody who can connect may; password=P can be read by whoever lists processes;
          display=on adds a blank screen; a viewer that closes it at once then crashes libspice-server 0.15.1
          --spice none: a machine without a SPICE server; default: one for synthetic viewers only
  --scenario NAME|FILE
          play what the actors of the machine do, cause beside effect, then stay up; NAME is a scenario of
          the program (`--scenario list` says which there are), FILE has a '/' or ends in .json
  --seed N
          what the scenario draws its lots from, to repeat a run
  --demo  the same as --scenario demo: a tour of the machine
  --help  this text

In QEMU's own spelling, with one dash or two, so that a harness for QEMU can start it. Such monitors have the wire form
qemu, one client at a time, and panic=shutdown unless --action or --listen says otherwise:
  -qmp unix:PATH|tcp:HOST:PORT[,server=on][,wait=off][,reconnect=SECONDS|,reconnect-ms=N]|stdio|chardev:ID
          also -qmp-pretty; without wait=off a server holds back the machine, and the monitors behind it, until
          its first client has come; HOST is numeric, localhost, or for a server empty: whoever reaches
          such a port controls the machine
  -chardev socket,id=ID,path=PATH|host=HOST,port=PORT|fd=N[,...] with -mon chardev=ID,mode=control[,pretty=on]
          a connected fd goes without server=on, one that listens with it
  -name, -action, -no-shutdown, -no-reboot, -preconfig, -S
          as above, or as QEMU has them
  -qtest unix:PATH
          ports by `outb 0x505 0x1`
  -machine, -accel, -display none and others
          change nothing; what is not known is refused, or passed over where --ignore-unknown-options stands
          before or behind it

Under systemd: Type=notify, see qmpev.service. A service is told of when it is ready and when it ends.

Exit status: 0 ended cleanly, 1 refused (a socket in use, a folder not allowed), ended by a panic under
panic=exit-failure, or a scenario waited in vain, 2 wrong usage.
)";
}

std::string_view run_usage() noexcept {
  return R"(usage: qmpev run [--wire document|qemu] [OPTIONS OF SERVE] -- COMMAND [ARGUMENTS]

Starts a machine with a private monitor, runs COMMAND with its path in $QMP_SOCKET, and ends the machine with it. The
monitor answers before COMMAND starts. When COMMAND fails, what passed the monitors is shown behind its errors. (In the
source tree `./dev run` is something else: it builds the program and plays the demo.)

  --wire FORM  how the private monitor spells events: document (default) or qemu; see qmpev serve --help
  --help       this text
  All options of serve are taken as well: --listen and -qmp (but not on stdio) add monitors, --transcript keeps what
  passes in a file, --scenario and --demo play on the error output.

SIGINT, SIGTERM, SIGHUP and SIGQUIT go to COMMAND, which may end in its own time. A machine that ends before COMMAND
closes its monitors; COMMAND goes on.

Exit status: COMMAND's own, or 128 and the number of the signal that ended it; 127 there is no such command, 126 it
cannot be executed, 125 refused (no folder for the socket, a socket in use), 2 wrong usage.
)";
}

std::string_view watch_usage() noexcept {
  return R"(usage: qmpev watch [OPTIONS] [SOCKET]

Prints the events of a QMP server, one line each, until it is gone or an option ends it.

  SOCKET             its path, or tcp:HOST:PORT (default: $QMP_SOCKET, or that of `qmpev serve`)
  --json             each event as it was received, one raw line of JSON
  --count N          end after N events
  --until NAME       end after the event NAME; with --count after N of that name
  --timeout SECONDS  end after that time
  --state FILE       begin where the last watch with FILE ended, and remember there what is printed: no event is
                     printed twice, and what the server has forgotten, or a new server, is told on standard error
  --help             this text

Exit status: 0 seen (what --count and --until asked for, or else any event), 1 not seen in time, 2 server lost or not
there, output lost, or wrong usage.
)";
}

std::string_view trigger_usage() noexcept {
  return R"(usage: qmpev trigger [OPTIONS] [SOCKET] [DEVICE [ACTION] [NAME=VALUE]...]

Has a device of the machine behind a QMP socket do something, as its guest, a viewer or the host would, and prints what
was done and which events came of it. Without a DEVICE: lists the devices, their live values and a line to paste.

  SOCKET      a path with a '/' or with .sock at its end, unix:PATH, or tcp:HOST:PORT (default: $QMP_SOCKET, or that of
              `qmpev serve`)
  DEVICE      as listed
  ACTION      as listed (default: the device's first)
  NAME=VALUE  the action's arguments; numbers as 12, 0x81 or 128M
  --list      what a DEVICE can do, with all arguments, instead of having it done
  --json      one line of JSON: {"cause": ..., "events": [...], "delayed": [...]}, or the list
  --help      this text

An event that its rate limit holds back is waited for, 2 seconds at most.

Exit status: 0 done, 1 refused by the server, 2 server lost or not there, output lost, or wrong usage.
)";
}

std::string_view events_usage() noexcept {
  return R"(usage: qmpev events [--wire document|qemu] [NAME]

Explains the events that the library can send. Without a NAME: one line for each, with its name, its rate limit and what
it says. With one: its members with types and units, the words of its enums, its rate limit, and a line as clients see it.

  NAME         an event, such as BLOCK_IO_ERROR
  --wire FORM  how that event is spelled: document (default) or qemu; see qmpev serve --help
  --help       this text

Exit status: 0 done, 2 there is no such event, output lost, or wrong usage.
)";
}

}  // namespace qmpev
