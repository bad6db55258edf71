import { expect, it } from 'vitest'
import { csvOf, workingText } from './report-lines'

const line = {
  id: 'x',
  name: '=HYPERLINK("x")',
  place: '税务局, "二科"',
  of: {},
  raised: 3,
  inTime: 1,
  late: 1,
  open: 1,
  returned: 0,
  reopened: 0,
  settled: 0,
  meanWorkingSeconds: 5_430,
}

it('writes rows that a spreadsheet reads as they are meant', () => {
  const [head, row, rest] = csvOf([line], (key) => key).split('\r\n')
  expect(head?.split(',')).toHaveLength(9)
  expect(head?.charCodeAt(0)).toBe(0xfeff)
  expect(row).toBe('"税务局, ""二科""","\'=HYPERLINK(""x"")","3","1","1","1","0","0","1:31"')
  expect(rest).toBe('')
})

it('writes working time in hours and minutes', () => {
  expect([null, 0, 59, 3_600, 90_061].map(workingText)).toEqual(['–', '0:00', '0:01', '1:00', '25:01'])
})
