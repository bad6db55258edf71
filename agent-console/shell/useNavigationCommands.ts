import { onScopeDispose, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { adminNavigation } from '../features/admin/navigation'
import { useCommands } from '../ui/commands'
import { navigationEntries } from './navigation'

/** Every section of the console and of its administration, in the palette. */
export function useNavigationCommands(): void {
  const { t } = useI18n()
  const router = useRouter()
  let remove: (() => void) | undefined

  watch(
    [navigationEntries, adminNavigation],
    ([sections, admin]) => {
      remove?.()
      const entries = [
        ...sections.map((entry) => ({ entry, prefix: 'go' })),
        ...admin.map((entry) => ({ entry, prefix: 'admin' })),
      ]
      remove = useCommands(
        entries.map(({ entry, prefix }) => ({
          id: `${prefix}-${entry.id}`,
          title: () => t(entry.labelKey),
          group: () => t(prefix === 'go' ? 'shell.sections' : 'shell.admin'),
          icon: entry.icon,
          permission: entry.permission,
          run: () => void router.push(entry.to),
        })),
      )
    },
    { immediate: true },
  )
  onScopeDispose(() => remove?.())
}
