/** Wall-clock arithmetic from Intl alone: browsers import it, so no time-zone library may come with it. */

const formats = new Map<string, Intl.DateTimeFormat>()

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(timeZone, made)
  return made
}

/**
 * What has to be added to UTC to read the clock on the wall, in milliseconds (east positive), at the
 * moment `atMs` (milliseconds since 1970, from 1970 on). Throws RangeError for a zone the runtime does not know.
 */
export const zoneOffsetMs = (timeZone: string, atMs: number): number => {
  const wall: Record<string, number> = {}
  for (const { type, value } of formatOf(timeZone).formatToParts(atMs)) wall[type] = Number(value)
  const read = Date.UTC(
    wall.year ?? 0,
    (wall.month ?? 1) - 1,
    wall.day ?? 1,
    wall.hour ?? 0,
    wall.minute ?? 0,
    wall.second ?? 0,
  )
  return read - Math.floor(atMs / 1000) * 1000
}

/** A stretch of UTC time, end excluded, in which a zone's offset stays the same. All in milliseconds. */
export interface OffsetStretch {
  fromMs: number
  toMs: number
  offsetMs: number
}

/**
 * `[fromMs, toMs)` cut where the zone's offset changes, to the second. The two ends may be at most a day
 * apart: no zone has ever changed and changed back within one.
 */
export const offsetStretches = (timeZone: string, fromMs: number, toMs: number): OffsetStretch[] => {
  const before = zoneOffsetMs(timeZone, fromMs)
  const after = zoneOffsetMs(timeZone, toMs)
  if (before === after) return [{ fromMs, toMs, offsetMs: before }]
  let [low, high] = [Math.floor(fromMs / 1000), Math.ceil(toMs / 1000)]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (zoneOffsetMs(timeZone, middle * 1000) === before) low = middle
    else high = middle
  }
  return [
    { fromMs, toMs: high * 1000, offsetMs: before },
    { fromMs: high * 1000, toMs, offsetMs: after },
  ]
}
