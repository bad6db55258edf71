import './styles/tokens.css'
import './styles/base.css'
import { createApp } from 'vue'
import App from './App.vue'
import { check, skipCheckIfAllowed } from './core/device-check'
import { confirmDeliveries } from './core/documents'
import { boot, consultation } from './core/help'
import { linkHost, reportToHost } from './core/host-link'
import { setLang } from './core/i18n'
import { firstLang } from './core/preferences'

const kept = linkHost()
// A language file that cannot be fetched shows keys; better than nothing at all, and boot() tells what is wrong.
await setLang(firstLang()).catch(reportError)
createApp(App).mount('#app')
await boot(kept)
const found = consultation.value
if (found?.status === 'active' && found.consentAt && !check.isDone) void skipCheckIfAllowed()
reportToHost()
confirmDeliveries()
