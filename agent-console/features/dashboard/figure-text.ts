import { type FigureKey, figureUnit } from '../../../contract/figures.rules'

/** Figures of which more is worse: a rise is no good news. */
const unwanted: ReadonlySet<FigureKey> = new Set([
  'reopened',
  'urged',
  'escalated',
  'meanWait',
  'abandoned',
  'abandonRate',
  'slaBreached',
  'meanResolution',
  'returnRateHelped',
  'returnRateAlone',
])
/** Figures that are neither good nor bad: how much there was to do. */
const neutral: ReadonlySet<FigureKey> = new Set([
  'created',
  'answered',
  'calls',
  'meanCall',
  'rated',
  'closed',
])

/** `1:05`, and `2:03:10` from an hour on. */
export function secondsText(total: number): string {
  const whole = Math.round(total)
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** In words, the two largest units: `13:24:29` might be a time of day. Waits and calls below an hour are `0:19`. */
function longText(total: number, locale: string, isShort: boolean): string {
  if (isShort && Math.abs(total) < 3600) return secondsText(total)
  const minutes = Math.round(total / 60)
  const inUnit = (count: number, unit: 'day' | 'hour' | 'minute') =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow' }).format(count)
  const hours = Math.floor(minutes / 60)
  if (hours === 0) return inUnit(minutes, 'minute')
  if (hours < 48) return `${inUnit(hours, 'hour')} ${inUnit(minutes % 60, 'minute')}`
  return `${inUnit(Math.floor(hours / 24), 'day')} ${inUnit(hours % 24, 'hour')}`
}

/** A value in the figure's own unit; a dash where nothing happened that it could be reckoned from. */
export function figureText(key: FigureKey, value: number | null, locale: string): string {
  if (value === null) return '–'
  const unit = figureUnit(key)
  if (unit === 'share')
    return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(value)
  if (unit === 'seconds') return longText(value, locale, key !== 'meanResolution')
  return new Intl.NumberFormat(locale, { maximumFractionDigits: unit === 'stars' ? 2 : 0 }).format(value)
}

export interface Change {
  /** With sign, in points for shares and in per cent otherwise. */
  text: string
  direction: 'up' | 'down' | 'same'
  tone: 'good' | 'bad' | 'none'
}

/** How the figure differs from the period before; null where one of the two is missing. */
export function changeOf(
  key: FigureKey,
  value: number | null,
  previous: number | null,
  locale: string,
): Change | null {
  if (value === null || previous === null) return null
  const isShare = figureUnit(key) === 'share'
  if (!isShare && previous === 0) return null
  const difference = isShare ? (value - previous) * 100 : ((value - previous) / previous) * 100
  const rounded = Math.round(difference * 10) / 10
  const number = new Intl.NumberFormat(locale, {
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  }).format(rounded)
  if (rounded === 0) return { text: '±0', direction: 'same', tone: 'none' }
  const direction = rounded > 0 ? 'up' : 'down'
  const isWorse = unwanted.has(key) === rounded > 0
  return {
    text: `${number}${isShare ? '' : '%'}`,
    direction,
    tone: neutral.has(key) ? 'none' : isWorse ? 'bad' : 'good',
  }
}

/** The points of a spark line in a box of the given size; gaps where there is no value. */
export function sparkPaths(series: readonly (number | null)[], width: number, height: number): string[] {
  const known = series.filter((value): value is number => value !== null)
  if (known.length === 0) return []
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const x = (at: number) => (series.length === 1 ? width / 2 : (at / (series.length - 1)) * width)
  const y = (value: number) => (high === low ? height / 2 : height - ((value - low) / (high - low)) * height)
  const paths: string[] = []
  let path = ''
  for (const [at, value] of series.entries()) {
    if (value === null) {
      if (path) paths.push(path)
      path = ''
    } else path += `${path ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`
  }
  if (path) paths.push(path)
  return paths
}
