import { useLocalStorage, usePreferredDark } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed } from 'vue'
import { type Locale, locales } from '../../lib/i18n'

export type Theme = 'system' | 'light' | 'dark'

/** What this browser remembers: it belongs to the desk (its speaker, its screen), not to the account. */
export const usePreferencesStore = defineStore('preferences', () => {
  const storedLocale = useLocalStorage<string>('bangban.locale', 'zh-CN')
  const theme = useLocalStorage<Theme>('bangban.theme', 'system')
  const ringDeviceId = useLocalStorage('bangban.ring-device', '')
  const ringVolume = useLocalStorage('bangban.ring-volume', 0.7)
  const prefersDark = usePreferredDark()

  const locale = computed<Locale>({
    get: () => locales.find((known) => known === storedLocale.value) ?? 'zh-CN',
    set: (value) => {
      storedLocale.value = value
    },
  })
  const effectiveTheme = computed(() => {
    if (theme.value !== 'system') return theme.value
    return prefersDark.value ? 'dark' : 'light'
  })
  return { locale, theme, effectiveTheme, ringDeviceId, ringVolume }
})
