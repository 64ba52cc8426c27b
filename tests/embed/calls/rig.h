/* SPDX-License-Identifier: MIT */
/* The one server that the calls are made of, and its clients. */
#ifndef RIG_H
#define RIG_H

#include <qmpev/qmpev.h>

enum { MAX_TURNS = 1000, PATIENCE_MS = 10000 };

extern const char* folder; /* where its sockets are */
extern qmpev_server* server;
extern qmpev_emitter* emitter;
extern qmpev_event* own_event;

/* Ends the process when it does not hold. */
void must(int holds, const char* what);

/* Borrowed until some calls later. */
const char* in_folder(const char* name);

/* Connected to the socket of that name, or listening there. */
int unix_socket(const char* name, int listens);
int tcp_client(int port);
void say(int client, const char* text);

/* Until there is nothing to do: the loop then sleeps, and the next event wakes it. */
void dispatch(void);
/* Likewise, and reads what has come. */
void hear(int client);

#endif
