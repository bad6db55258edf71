/** Turns what the test runners report into `{passed, failed}`, so that nothing broken counts as nothing. */
import { existsSync, readFileSync } from 'node:fs'

/**
 * @typedef {{passed: number, failed: number, skipped: number}} Counts
 * @param {Counts[]} list
 * @returns {Counts}
 */
export function addCounts(list) {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  for (const one of list) for (const key of Object.keys(sum)) sum[key] += one[key] ?? 0
  return sum
}

/** A file that breaks before its first test has no failed test: it counts as one. */
export function countVitest(report) {
  const broken = (report.testResults ?? []).filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed'),
  )
  return {
    passed: report.numPassedTests ?? 0,
    failed: (report.numFailedTests ?? 0) + broken.length,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  }
}

/** `errors` are failures outside any test: a broken configuration, a global set-up that threw. */
export function countPlaywright(report) {
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report.stats ?? {}
  return { passed: expected + flaky, failed: unexpected + (report.errors?.length ?? 0), skipped }
}

/** A runner that crashed, or ran nothing at all, is a failure whatever its report says. */
export function judgeRun(counts, exitCode) {
  if (counts.failed > 0) return counts
  if (exitCode !== 0 || counts.passed === 0) return { ...counts, failed: 1 }
  return counts
}

export function readReport(file) {
  if (!existsSync(file)) return {}
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {} // the runner died while writing; judgeRun counts that
  }
}

export function resultLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`
}
