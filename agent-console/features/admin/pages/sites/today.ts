import { serverNow } from '../../../../lib/server-clock'

const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** The weekday now in a time zone, 1 Monday … 7 Sunday. An unknown zone counts as the reader's own. */
export function todayIn(timeZone: string, now = new Date(serverNow())): number {
  const read = (zone?: string) =>
    new Intl.DateTimeFormat('en-US', { weekday: 'short', timeZone: zone }).format(now)
  try {
    return names.indexOf(read(timeZone)) + 1
  } catch {
    return names.indexOf(read()) + 1
  }
}
