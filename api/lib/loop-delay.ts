import { monitorEventLoopDelay } from 'node:perf_hooks'

const histogram = monitorEventLoopDelay({ resolution: 10 })

/** How late the event loop runs. */
export const loopDelay = {
  start: () => histogram.enable(),
  p99Seconds: () => (Number.isFinite(histogram.percentile(99)) ? histogram.percentile(99) / 1e9 : 0),
}
