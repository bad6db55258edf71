import { createI18n } from 'vue-i18n'

export const locales = ['zh-CN', 'en'] as const
export type Locale = (typeof locales)[number]
interface Messages {
  [key: string]: string | Messages
}

const files = import.meta.glob<Messages>('../locales/*/*.json', { eager: true, import: 'default' })

/**
 * `locales/<locale>/<feature>.json` becomes `<feature>.…`; its `errors` also `errors.<feature>.…`,
 * because an API error code `<feature>.<reason>` is the translation key. `errors.json` holds the general ones.
 */
function messagesOf(locale: Locale): Messages {
  const messages: Messages = {}
  const errors: Messages = {}
  for (const [path, content] of Object.entries(files)) {
    const [, fileLocale, feature] = /\/([^/]+)\/([^/]+)\.json$/.exec(path) ?? []
    if (fileLocale !== locale || !feature) continue
    if (feature === 'errors') Object.assign(errors, content)
    else messages[feature] = content
    if (content.errors) errors[feature] = content.errors
  }
  return { ...messages, errors }
}

/** `hourCycle`, not `hour12: false`: with that, English calls the minutes after midnight 24:05. */
const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
const formatsWith = (month: '2-digit' | 'short', day: '2-digit' | 'numeric') =>
  ({
    time: clock,
    date: { year: 'numeric', month, day },
    day: { month, day, weekday: 'short' },
    short: { month, day, ...clock },
    long: { year: 'numeric', month, day, ...clock, second: '2-digit' },
  }) as const

export function makeI18n(locale: Locale) {
  return createI18n({
    legacy: false,
    locale,
    fallbackLocale: 'zh-CN',
    messages: { 'zh-CN': messagesOf('zh-CN'), en: messagesOf('en') },
    // 11/03 is read as two different days by readers of English: their months have names.
    datetimeFormats: { 'zh-CN': formatsWith('2-digit', '2-digit'), en: formatsWith('short', 'numeric') },
  })
}
