// node run.mjs AT.json [TEXT]: runs every case, or those with TEXT in their names, against the hub that AT.json describes.
import { readFileSync, readdirSync } from 'node:fs';
import { Hub } from './hub.mjs';
import { runAll } from './harness.mjs';

for (const file of readdirSync(new URL('./cases/', import.meta.url)).sort()) {
  await import(`./cases/${file}`);
}

const at = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const hub = new Hub(at);
if (at.endsWithInput) {
  // Whoever started it is done, or gone.
  process.stdin.on('end', () => hub.close().finally(() => process.exit(1))).resume();
}

try {
  await runAll(hub, process.argv[3]);
} finally {
  await hub.close();
}

// The SDK's timers (renewals of tokens, hours away) would keep the process.
process.exit(0);
