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

const formats = {
  time: { hour: '2-digit', minute: '2-digit', hour12: false },
  date: { year: 'numeric', month: '2-digit', day: '2-digit' },
  short: { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false },
  long: {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  },
} as const

export function makeI18n(locale: Locale) {
  return createI18n({
    legacy: false,
    locale,
    fallbackLocale: 'zh-CN',
    messages: { 'zh-CN': messagesOf('zh-CN'), en: messagesOf('en') },
    datetimeFormats: { 'zh-CN': formats, en: formats },
  })
}
