// What ical.js and node-ical read from the calendars in a folder, as JSON: {library: {uid: instant in UTC}}.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import ICAL from "ical.js";
import ical from "node-ical";

const folder = process.argv[2];
const text = (name) => readFileSync(join(folder, name), "utf-8");

function byIcalJs(name) {
  const whole = new ICAL.Component(ICAL.parse(text(name)));
  for (const zone of whole.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  const found = {};
  for (const each of whole.getAllSubcomponents("vevent")) {
    const event = new ICAL.Event(each);
    if (!event.startDate.isDate) {
      found[event.uid] = event.startDate.toJSDate().toISOString();
    }
  }
  return found;
}

function byNodeIcal(name) {
  const found = {};
  for (const each of Object.values(ical.sync.parseICS(text(name)))) {
    if (each.type === "VEVENT" && each.datetype !== "date") {
      found[each.uid] = each.start.toISOString();
    }
  }
  return found;
}

byIcalJs("none.ics");
byNodeIcal("none.ics");
console.log(JSON.stringify({ "ical.js": byIcalJs("calls.ics"), "node-ical": byNodeIcal("calls.ics") }));
