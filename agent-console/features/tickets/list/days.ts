const pad = (value: number) => String(value).padStart(2, '0')

/** The reader's calendar day of a moment as a date field writes it; `shift` -1 names the last day before an end. */
export function dayOf(instant: string, shift = 0): string {
  const at = new Date(instant)
  // An end is the first moment that no longer belongs: one less lies in the day before.
  const day = shift < 0 ? new Date(at.getTime() - 1) : at
  return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`
}

const midnight = (day: string, shift: number): string => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + shift).toISOString()
}
export const startOfDay = (day: string): string => midnight(day, 0)
/** The first moment after the day. */
export const endOfDay = (day: string): string => midnight(day, 1)
