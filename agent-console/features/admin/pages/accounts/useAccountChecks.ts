import { computed, type Ref, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { AccountDraft } from './AccountForm.vue'

/** The API's own rules, said before sending; silent until the first try. */
export function useAccountChecks(draft: Ref<AccountDraft>, isNew: boolean) {
  const { t } = useI18n()
  const wasTried = ref(false)
  const errors = computed(() => {
    const found: Record<string, string> = {}
    if (!draft.value.name.trim()) found.name = t('admin.form.needed')
    if (isNew && !/^[a-z0-9][a-z0-9._-]{1,31}$/.test(draft.value.username.trim()))
      found.username = t('admin.accounts.usernameInvalid')
    if (!draft.value.departmentId) found.departmentId = t('admin.form.needed')
    if (!draft.value.roles.length) found.roles = t('admin.accounts.rolesNeeded')
    return found
  })
  const shown = computed(() => (wasTried.value ? errors.value : {}))
  function check() {
    wasTried.value = true
    return Object.keys(errors.value).length === 0
  }
  return { shown, check }
}
