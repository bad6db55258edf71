import { type CompiledCalendar, compileCalendar } from '../../../contract/calendar.rules'
import type { Tx } from '../../../drizzle/database'
import { calendarOf, calendarOnPath, loadSlaConfig } from './sla.config.store'

const dayMs = 86_400_000

/** Where nobody has set up a calendar: Monday to Friday, 9–12 and 13–17. */
const standard = {
  timeZone: 'Asia/Shanghai',
  week: [1, 2, 3, 4, 5].map((day) => ({
    day,
    spans: [
      { from: '09:00', to: '12:00' },
      { from: '13:00', to: '17:00' },
    ],
  })),
  exceptions: [],
}
let compiled: CompiledCalendar | null = null

/** The working time of the people of the department at `path`: its calendar, the nearest above, the default. */
export const workingTimeOf = async (tx: Tx, path: string, at: number): Promise<CompiledCalendar> => {
  const config = await loadSlaConfig(tx, at)
  const fallback = config?.policies.find((each) => each.isDefault)
  if (config && fallback)
    return (calendarOnPath(config, path) ?? calendarOf(config, fallback.calendarId)).compiled
  compiled ??= compileCalendar(standard, at - 40 * dayMs, at + 60 * dayMs)
  return compiled
}
