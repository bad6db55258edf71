/** The test runners as functions that answer with counts. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { howToGetChromium } from '../setup/chromium.mjs'
import { localBin, ROOT, run, words } from '../setup/shell.mjs'
import { countPlaywright, countVitest, judgeRun, readReport } from './counts.mjs'

const RESULTS = join(ROOT, 'test-results')

function reportFile(name) {
  const file = join(RESULTS, `${name}.json`)
  mkdirSync(RESULTS, { recursive: true })
  rmSync(file, { force: true }) // an old report must never be taken for this run's
  return file
}

/** @param {string[]} args narrows the run: files, `-t name` */
export async function runVitest(name, args) {
  const file = reportFile(name)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const code = await run(localBin('vitest'), ['run', ...reporters, ...args], { env: { NODE_ENV: 'test' } })
  return judgeRun(countVitest(readReport(file)), code)
}

/** Browser journeys. Without a browser they have not passed: that is one failure, with the remedy. */
export async function runPlaywright(chromium, args) {
  if (!chromium) {
    process.stderr.write(`✗ ${howToGetChromium()}\n`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
  // Not below test-results: Playwright empties that folder when it starts.
  const file = join(ROOT, '.cache', 'playwright.json')
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  rmSync(file, { force: true })
  const code = await run(localBin('playwright'), ['test', '--reporter=list,json', ...args], {
    env: { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  })
  const counts = judgeRun(countPlaywright(readReport(file)), code)
  if (counts.skipped > 0)
    process.stderr.write(
      `! ${words(`${counts.skipped} 个浏览器用例被跳过`, `${counts.skipped} journeys skipped`)}\n`,
    )
  return counts
}
