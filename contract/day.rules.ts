import { zoneOffsetMs } from './zone.rules'

/** `YYYY-MM-DD` as the calendar on the wall in `timeZone` shows at `at` (milliseconds since 1970). */
export const dayIn = (timeZone: string, at: number): string =>
  new Date(at + zoneOffsetMs(timeZone, at)).toISOString().slice(0, 10)
