/** The ticket desk at size. `BENCH_CLOCKS` open clocks (1,000,000), for a quick look fewer. */
import { measureSweep } from './tickets.sweep'

const openClocks = Number(process.env.BENCH_CLOCKS ?? 1_000_000)
await measureSweep({ openClocks, due: Math.min(10_000, Math.ceil(openClocks / 100)), seconds: 60 })
