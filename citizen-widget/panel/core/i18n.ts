import { shallowRef } from 'vue'
import type zh from '../../locales/zh-CN.json'

export type Lang = 'zh-CN' | 'en'
export type Key = keyof typeof zh
export type Params = Record<string, string | number>
export type Message = string | Partial<Record<Intl.LDMLPluralRule, string>>
export type Messages = Record<string, Message>

/**
 * Formats one message: `{name}` is replaced; a message with plural forms chooses by `count`.
 * @example format({ one: '{count} file', other: '{count} files' }, 'en', { count: 1 }) // "1 file"
 */
export function format(message: Message, lang: string, params: Params = {}): string {
  const form =
    typeof message === 'string'
      ? message
      : (message[new Intl.PluralRules(lang).select(Number(params.count))] ?? message.other ?? '')
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? value.toLocaleString(lang) : value
  })
}

const loaded = shallowRef<{ lang: Lang; messages: Messages }>({ lang: 'zh-CN', messages: {} })

/** The text for a key in the language chosen; the key itself when it is missing, so that it shows. */
export function t(key: Key, params?: Params): string {
  const { lang, messages } = loaded.value
  const message = messages[key]
  return message === undefined ? key : format(message, lang, params)
}

/** Whether a message exists, for keys that come from the server (error codes). */
export function hasMessage(key: string): key is Key {
  return key in loaded.value.messages
}

export const currentLang = () => loaded.value.lang

export async function setLang(lang: Lang) {
  const module =
    lang === 'en' ? await import('../../locales/en.json') : await import('../../locales/zh-CN.json')
  loaded.value = { lang, messages: module.default }
  document.documentElement.lang = lang
}

export function pickLang(wanted: string | null | undefined): Lang {
  return /^en/i.test(wanted ?? '') ? 'en' : 'zh-CN'
}
