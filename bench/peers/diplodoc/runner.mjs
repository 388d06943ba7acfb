// @diplodoc/translation: extract, change the text of each unit, compose. The same orders as runner.py.
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {createInterface} from 'node:readline';
import {compose, extract} from '@diplodoc/translation';

const LANGUAGES = {source: {language: 'en', locale: 'US'}, target: {language: 'es', locale: 'ES'}};
const CHANGES = {identity: (text) => text, upper: (text) => text.toUpperCase()};

/** What stands between the tags of a unit, its entities aside. */
function changed(unit, change) {
  return unit.replace(/>[^<]+</g, (text) => text.split(/(&[#\w]+;)/).map((part, n) => (n % 2 ? part : change(part))).join(''));
}

function roundtrip(content, change) {
  const {skeleton, units} = extract(content.toString('utf8'), {compact: true, ...LANGUAGES});
  return Buffer.from(compose(skeleton, units.map((unit) => changed(unit, change)), {useSource: true}), 'utf8');
}

function one(path, change) {
  const content = readFileSync(path);
  const began = process.cpuUsage();
  try {
    const result = roundtrip(content, change);
    const {user, system} = process.cpuUsage(began);
    return {result, seconds: (user + system) / 1e6};
  } catch (error) {
    return {reason: `${error?.name}: ${error?.message ?? error}`.slice(0, 200)};
  }
}

const print = process.stdout.write.bind(process.stdout);
console.log = console.error;
for await (const line of createInterface({input: process.stdin})) {
  const {change, files, out} = JSON.parse(line);
  const answer = {seconds: {}, failed: {}};
  for (const [name, path] of files) {
    const {result, seconds, reason} = one(path, CHANGES[change]);
    if (reason) {
      answer.failed[name] = reason;
      continue;
    }
    answer.seconds[name] = seconds;
    if (out) {
      mkdirSync(dirname(join(out, name)), {recursive: true});
      writeFileSync(join(out, name), result);
    }
  }
  print(JSON.stringify(answer) + '\n');
}
