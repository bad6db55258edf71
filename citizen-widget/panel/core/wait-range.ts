import type { WaitView } from '../../../contract/consultations.schema'
import { t } from './i18n'

/** The wait as the server can honestly tell it, or null when it cannot: then nothing is shown. */
export function waitText(wait: WaitView['wait']): string | null {
  if (!wait || wait.low < 0 || wait.high < wait.low) return null
  if (wait.high <= 1) return t('wait.underOne')
  if (wait.low === wait.high) return t('wait.about', { count: wait.high })
  return t('wait.range', { low: wait.low, high: wait.high })
}

/** A duration as a clock: 65 → "1:05", 3725 → "1:02:05". */
export function clockText(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(s / 3600)
  return hours
    ? `${hours}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`
    : `${Math.floor(s / 60)}:${two(s % 60)}`
}

/** A file's size for people. */
export function sizeText(bytes: number, lang: string): string {
  const unit = bytes < 1024 * 1024 ? 'kilobyte' : 'megabyte'
  const value = unit === 'kilobyte' ? Math.max(1, bytes / 1024) : bytes / 1024 / 1024
  const maximumFractionDigits = unit === 'kilobyte' || value >= 10 ? 0 : 1
  return new Intl.NumberFormat(lang, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits,
  }).format(value)
}

/** Not `hour12: false`: with that, English calls the minutes after midnight 24:05. */
const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const

/** Time of day of an instant. */
export function timeText(at: string, lang: string): string {
  return new Intl.DateTimeFormat(lang, clock).format(new Date(at))
}

/** A day to come, with its weekday: people plan by it. */
export function dueText(at: string, lang: string): string {
  const day = { month: lang === 'en' ? 'short' : 'long', day: 'numeric', weekday: 'short' } as const
  const words = new Intl.DateTimeFormat(lang, day).format(new Date(at))
  return `${words} ${timeText(at, lang)}`
}

/** How long an instant is past. */
export function lateText(at: string, now: number): string {
  const hours = Math.floor((now - Date.parse(at)) / 3_600_000)
  if (hours < 1) return t('follow.late.soon')
  return hours < 24
    ? t('follow.late.hours', { count: hours })
    : t('follow.late.days', { count: Math.floor(hours / 24) })
}

/**
 * Day and time of an instant, for what may lie days back. 11/3 is read as two different days by readers of
 * English: their months have names.
 */
export function dayText(at: string, lang: string): string {
  const day = { month: lang === 'en' ? 'short' : 'numeric', day: 'numeric' } as const
  return new Intl.DateTimeFormat(lang, { ...day, ...clock }).format(new Date(at))
}

/** An amount of working time, to the minute. */
export function spanText(seconds: number): string {
  const all = Math.max(0, Math.round(seconds / 60))
  const [hours, minutes] = [Math.floor(all / 60), all % 60]
  if (hours === 0) return t('follow.span.minutes', { minutes })
  return minutes === 0 ? t('follow.span.hours', { hours }) : t('follow.span.both', { hours, minutes })
}
