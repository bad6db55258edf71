/** Opening hours of a weekday, 1 Monday … 7 Sunday. Spans are `HH:MM` in the site's time zone, `24:00` ends the day. */
export interface OpenDay {
  day: number
  spans: readonly { from: string; to: string }[]
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Weekday (1 Monday … 7 Sunday) and minutes since midnight, as a clock on the wall in `timeZone` shows at `at`. */
const wallClock = (at: number, timeZone: string): { day: number; minute: number } => {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? ''
  return {
    day: weekdays.indexOf(part('weekday')) + 1,
    minute: Number(part('hour')) * 60 + Number(part('minute')),
  }
}

/** The start of the day in `timeZone` that contains `at`, to the minute; a day's change of clocks may move it an hour. */
export const startOfDay = (at: number, timeZone: string): number =>
  Math.floor(at / 60_000) * 60_000 - wallClock(at, timeZone).minute * 60_000

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

/**
 * True where a span of the weekday contains the moment `now` (milliseconds since 1970), the start of the
 * span included and its end not. A span that ends before it starts goes on past midnight.
 */
export const isOpenAt = (site: { hours: readonly OpenDay[]; timeZone: string }, now: number): boolean => {
  const { day, minute } = wallClock(now, site.timeZone)
  const spansOf = (weekday: number) =>
    site.hours.filter((each) => each.day === weekday).flatMap((each) => each.spans)
  const today = spansOf(day).some(({ from, to }) => {
    const [start, end] = [minutesOf(from), minutesOf(to)]
    return start < end ? minute >= start && minute < end : end < start && minute >= start
  })
  const yesterday = day === 1 ? 7 : day - 1
  const isPastMidnight = spansOf(yesterday).some(
    ({ from, to }) => minutesOf(to) < minutesOf(from) && minute < minutesOf(to),
  )
  return today || isPastMidnight
}

/** True for an IANA time zone this runtime knows. */
export const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}
