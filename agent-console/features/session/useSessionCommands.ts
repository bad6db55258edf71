import { Languages, LogOut, Moon, Settings, Sun } from '@lucide/vue'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { useProblemText } from '../../lib/problem-text'
import { useCommands } from '../../ui/commands'
import { useToasts } from '../../ui/toasts'
import { useHotkey } from '../../ui/useHotkey'
import { useDeskStore } from '../desk/desk.store'
import { dutyOf } from './duty'
import { usePreferencesStore } from './preferences.store'
import { useSessionStore } from './session.store'

/** Shared: asked for in the menu and in the palette, answered in one dialog. */
const isAsking = ref(false)

/**
 * Signs out and returns to the sign-in page; says so when it failed, because the session then still lives. With a
 * citizen or a wrap-up in hand it asks first.
 */
export function useSignOut() {
  const desk = useDeskStore()
  const session = useSessionStore()
  const router = useRouter()
  const { bad } = useToasts()
  const { t } = useI18n()
  const problemText = useProblemText()
  const duty = computed(() => dutyOf(desk.state.mine, desk.agentId))
  async function signOutNow(): Promise<void> {
    try {
      await session.signOut()
      // A fresh page, so that nothing of this agent's work stays in memory on a shared desk.
      location.assign(router.resolve({ name: 'login' }).href)
    } catch (error) {
      bad(t('session.signOutFailed'), problemText(error))
    }
  }
  async function signOut(): Promise<void> {
    if (duty.value) isAsking.value = true
    else await signOutNow()
  }
  return { duty, isAsking, signOut, signOutNow }
}

/** Personal actions in the palette. */
export function useSessionCommands(): void {
  const { t } = useI18n()
  const router = useRouter()
  const preferences = usePreferencesStore()
  const { signOut } = useSignOut()
  const openSettings = () => void router.push({ name: 'settings' })
  const group = () => t('session.personal')
  useHotkey('mod+,', openSettings)
  useCommands([
    {
      id: 'settings',
      title: () => t('session.settings.title'),
      group,
      icon: Settings,
      keys: 'mod+,',
      run: openSettings,
    },
    {
      id: 'theme',
      title: () => t(preferences.effectiveTheme === 'dark' ? 'session.toLight' : 'session.toDark'),
      group,
      icon: preferences.effectiveTheme === 'dark' ? Sun : Moon,
      run: () => {
        preferences.theme = preferences.effectiveTheme === 'dark' ? 'light' : 'dark'
      },
    },
    {
      id: 'language',
      title: () => t('session.otherLanguage'),
      group,
      icon: Languages,
      run: () => {
        preferences.locale = preferences.locale === 'en' ? 'zh-CN' : 'en'
      },
    },
    { id: 'sign-out', title: () => t('session.signOut'), group, icon: LogOut, run: signOut },
  ])
}
