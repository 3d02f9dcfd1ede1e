# SPDX-License-Identifier: GPL-3.0-or-later
"""V022, V056: applications in other people's names write to nobody who is not
of ours, and to those who are once a day, sixty an hour in all."""

import client
import mails
from people import Person, person

SOME = 80  # registered, of the 500


def test_v022_v056_500_applications_with_forged_victims(make_office):
    office = make_office(at="2026-11-23T08:30", config=["workflow.applicant_level=mailbox"],
                         mode="dedicated")  # fmt: skip
    victims = [office.new_applicant() for _ in range(SOME)]
    strangers = [Person(f"korban{i}", f"Korban {i}", f"korban{i}", domain="luar.test")
                 for i in range(500 - SOME)]  # fmt: skip
    for n, who in enumerate([*strangers, *victims, *victims[:20]]):
        raw = mails.application(who, office.now(), papers=[], text=f"Permohonan {n}")
        client.deliver(office.dir, "x@jahat.test", person("office").address, client.crlf(raw))
    office.await_mail(520, "quarantine", seconds=240)
    sent = [r["to"] for r in office.ctl("outbox", "list") if r["letter"] == "challenge"]
    assert len(sent) == len(set(sent)) == 60
    assert set(sent) <= {v.address for v in victims}
    assert {r["letter"] for r in office.ctl("outbox", "list")} == {"challenge"}
    assert office.cases() == []
