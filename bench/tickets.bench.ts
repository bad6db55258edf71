/** The ticket desk at size. Other sizes by argument: `npm run bench -- tickets 10000`. */
import { measureDesk } from './tickets.desk'

const given = process.argv.slice(2).map(Number)
for (const size of given.length > 0 ? given : [10_000, 100_000, 1_000_000]) await measureDesk(size)
