import { expect, test } from 'vitest'
import { addCounts, countPlaywright, countVitest, judgeRun, resultLine } from './counts.mjs'

test('vitest: a file that broke before its first test counts as a failure', () => {
  const broken = { status: 'failed', assertionResults: [] }
  const failed = { status: 'failed', assertionResults: [{ status: 'failed' }] }
  const report = { numPassedTests: 7, numFailedTests: 1, numPendingTests: 2, testResults: [broken, failed] }
  expect(countVitest(report)).toEqual({ passed: 7, failed: 2, skipped: 2 })
})

test('playwright: errors outside tests count, a retried success is a success', () => {
  const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 3 }
  expect(countPlaywright({ stats, errors: [{}] })).toEqual({ passed: 6, failed: 2, skipped: 3 })
})

test('a runner that crashed or ran nothing has failed', () => {
  expect(judgeRun({ passed: 3, failed: 0, skipped: 0 }, 1).failed).toBe(1)
  expect(judgeRun(countVitest({}), 0).failed).toBe(1)
  expect(judgeRun({ passed: 3, failed: 0, skipped: 0 }, 0).failed).toBe(0)
  expect(judgeRun({ passed: 3, failed: 2, skipped: 0 }, 1).failed).toBe(2)
})

test('the last line is the sum', () => {
  const sum = addCounts([
    { passed: 1, failed: 0, skipped: 1 },
    { passed: 2, failed: 1, skipped: 0 },
  ])
  expect(resultLine(sum)).toBe('3 passed, 1 failed')
})
