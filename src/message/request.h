/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOKET_MESSAGE_REQUEST_H
#define LOKET_MESSAGE_REQUEST_H

struct mail_facts;

/* What is asked of the window, by the subject and the first own line of
 * *facts: fills request and request_alone (docs/decisions/030). */
void request_read(struct mail_facts *facts);

#endif
