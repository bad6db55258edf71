import { ref, watch } from 'vue'
import { currentLang, type Lang, pickLang, setLang } from './i18n'
import { keep, place } from './place'
import { applyAccent } from './theme'

const elderKey = 'bangban:elder'
const langKey = 'bangban:lang'

/** Elder mode: bigger text and targets, stronger contrast, fewer choices. Remembered on this device. */
export const isElder = ref(keep.get(elderKey) === '1')
const deviceDark = window.matchMedia('(prefers-color-scheme: dark)')
/** As the host page says, or the device where it says nothing. */
const isDark = () =>
  place.theme === 'dark' || place.theme === 'light' ? place.theme === 'dark' : deviceDark.matches
let siteColor: string | null = null

function paint() {
  document.documentElement.toggleAttribute('data-elder', isElder.value)
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light'
  applyAccent(siteColor, isElder.value, isDark())
}

export function setSiteColor(color: string | null) {
  siteColor = color
  paint()
}

watch(isElder, (on) => {
  keep.set(elderKey, on ? '1' : null)
  paint()
})
paint()
deviceDark.addEventListener('change', paint)

export const firstLang = () => pickLang(keep.get(langKey) ?? place.lang ?? navigator.language)

export async function switchLang() {
  const next: Lang = currentLang() === 'en' ? 'zh-CN' : 'en'
  keep.set(langKey, next)
  await setLang(next)
}
