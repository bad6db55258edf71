const pad = (value: number): string => String(value).padStart(2, '0')

/** The value of a `datetime-local` field. */
export const localText = (at: Date): string =>
  `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:${pad(at.getMinutes())}`

const clockOn = (now: Date, days: number, hours: number): Date =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hours)

export interface DuePreset {
  id: 'hour' | 'afternoon' | 'tomorrow' | 'monday'
  at: Date
}

/** Usual times to promise something for; those already past are left out. */
export const duePresets = (now: Date): DuePreset[] => {
  const hour = new Date(now.getTime() + 3_600_000)
  hour.setSeconds(0, 0)
  const presets: DuePreset[] = [
    { id: 'hour', at: hour },
    { id: 'afternoon', at: clockOn(now, 0, 17) },
    { id: 'tomorrow', at: clockOn(now, 1, 10) },
    { id: 'monday', at: clockOn(now, (8 - now.getDay()) % 7 || 7, 10) },
  ]
  return presets.filter((preset) => preset.at.getTime() > now.getTime())
}
