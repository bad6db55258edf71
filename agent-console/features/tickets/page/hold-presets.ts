export type HoldPreset = 'in_two_hours' | 'tomorrow' | 'in_three_days' | 'next_monday' | 'in_two_weeks'

const morningHour = 9

/** Moments a matter is usually put off to, at nine in the morning of the reader's own day. */
export function holdPresets(now: Date): { id: HoldPreset; at: Date }[] {
  const morningIn = (days: number): Date =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, morningHour)
  const toMonday = (8 - (now.getDay() || 7)) % 7 || 7
  return [
    { id: 'in_two_hours', at: new Date(now.getTime() + 2 * 3_600_000) },
    { id: 'tomorrow', at: morningIn(1) },
    { id: 'in_three_days', at: morningIn(3) },
    { id: 'next_monday', at: morningIn(toMonday) },
    { id: 'in_two_weeks', at: morningIn(14) },
  ]
}
