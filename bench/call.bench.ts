/**
 * From accept to picture: the product in two Chromium pages against two pages with nothing but
 * livekit-client, on the same LiveKit server, in interleaved pairs. `npm run bench -- call 40` for 40 pairs;
 * `BENCH_STEPS=1` tells what happened on each side, and when.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { mediaFlags } from '../e2e/support/browser'
import { makeStage } from '../e2e/support/test'
import { findChromium } from '../scripts/setup/chromium.mjs'
import { startInstallation } from '../scripts/supervisor/installation.mjs'
import { type CallTimes, openBare, prepare, productCall } from './support/call.sides'
import { median, note, percentile, printFigure } from './support/figures'

const pairs = Number(process.argv[2] ?? 30)
const warmUps = 2

const executablePath = await findChromium()
if (!executablePath) throw new Error('No Chromium: set CHROMIUM_PATH.')
const dataDir = mkdtempSync(join(tmpdir(), 'bangban-bench-call-'))
const installation = await startInstallation({ dataDir, quiet: true, env: { ...process.env, DEMO: 'on' } })
const browser = await chromium.launch({ executablePath, args: mediaFlags })
const bare = await openBare(browser, installation)
try {
  const { stage } = makeStage(browser, installation)
  const agent = await stage.agent('agent1')
  await prepare(agent.page)
  await agent.page.reload()
  const times: Record<'product' | 'bare', CallTimes[]> = { product: [], bare: [] }
  for (let pair = 0; pair < pairs + warmUps; pair++) {
    const product = await productCall(stage, agent)
    const other = await bare.call()
    note(
      `pair ${pair + 1}: first frame ${product.firstFrame.toFixed(0)} against ${other.firstFrame.toFixed(0)} ms, connect after ${product.connect.toFixed(0)} ms`,
    )
    if (process.env.BENCH_STEPS)
      for (const line of [...product.steps, '', ...other.steps]) note(`    ${line}`)
    if (pair < warmUps) continue
    times.product.push(product)
    times.bare.push(other)
  }
  const frames = (side: CallTimes[]) => median(side.map((one) => one.firstFrame))
  printFigure({
    bench: 'call',
    figure: 'first_frame_ms',
    size: pairs,
    value: frames(times.product),
    unit: 'ms',
    baseline: frames(times.bare),
  })
  for (const step of ['connect', 'signalling'] as const)
    printFigure({
      bench: 'call',
      figure: `accept_to_${step}_p95_ms`,
      size: pairs,
      value: percentile(
        times.product.map((one) => one[step]),
        0.95,
      ),
      unit: 'ms',
    })
} finally {
  bare.close()
  await browser.close()
  await installation.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
