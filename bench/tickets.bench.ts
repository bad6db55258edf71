/**
 * The ticket desk at size, and the sweeper at the largest. Other sizes by argument, one half alone by name:
 * `npm run bench -- tickets 10000`, `npm run bench -- tickets sweep 100000`.
 */
import { measureDesk } from './tickets.desk'
import { measureSweep } from './tickets.sweep'

const args = process.argv.slice(2)
const given = args.map(Number).filter((size) => size > 0)
const sizes = given.length > 0 ? given : [10_000, 100_000, 1_000_000]
if (!args.includes('sweep')) for (const size of sizes) await measureDesk(size)
if (!args.includes('desk')) {
  const openClocks = Math.max(...sizes)
  await measureSweep({ openClocks, due: Math.min(10_000, Math.ceil(openClocks / 100)), seconds: 60 })
}
