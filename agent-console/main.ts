import './styles/main.css'
import { PiniaColada } from '@pinia/colada'
import { createPinia } from 'pinia'
import { createApp, watch } from 'vue'
import App from './App.vue'
import { usePreferencesStore } from './features/session/preferences.store'
import { useSessionStore } from './features/session/session.store'
import { onUnauthenticated } from './lib/api'
import { makeI18n } from './lib/i18n'
import { makeRouter } from './router'
import { features, registerFeatures } from './shell/registry'

registerFeatures()
const app = createApp(App)
const pinia = createPinia()
app.use(pinia)
app.use(PiniaColada, {})

const preferences = usePreferencesStore(pinia)
const i18n = makeI18n(preferences.locale)
watch(
  () => preferences.locale,
  (locale) => {
    i18n.global.locale.value = locale
    document.documentElement.lang = locale
  },
  { immediate: true },
)
watch(
  () => preferences.effectiveTheme,
  (theme) => {
    document.documentElement.dataset.theme = theme
  },
  { immediate: true },
)

const router = makeRouter(features)
const session = useSessionStore(pinia)
onUnauthenticated(() => {
  const wasSignedIn = session.isSignedIn
  session.forget()
  const here = router.currentRoute.value
  if (wasSignedIn && !here.meta.public)
    void router.push({ name: 'login', query: { return: here.fullPath, expired: '1' } })
})

app.use(i18n)
app.use(router)
app.mount('#app')
