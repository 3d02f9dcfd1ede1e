// SPDX-License-Identifier: GPL-3.0-or-later
// The reply reader that Loket is measured beside (tests/bench/replies.py):
//     node peer.mjs FOLDER
// FOLDER is where npm installed it.  A JSON list of texts comes in, and a
// list of what it shows of each goes out.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(process.argv[2] + "/");
const path = require.resolve("email-reply-parser");
const { default: EmailReplyParser } = await import(pathToFileURL(path));

const texts = JSON.parse(readFileSync(0, "utf8"));
const shown = texts.map((text) => {
  const email = new EmailReplyParser().read(text);
  const fragments = email.getFragments();
  return {
    visible: email.getVisibleText(),
    first: fragments.length > 0 ? fragments[0].getContent() : "",
    signature: fragments.filter((f) => f.isSignature()).map(String).join("\n"),
  };
});
process.stdout.write(JSON.stringify(shown));
