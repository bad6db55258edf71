import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'

/** The API's own limit; said here first so that nobody has to send twice. */
export const minPasswordLength = 10

/** A new password typed twice. Errors show only after a first try to send. */
export function useNewPassword() {
  const { t } = useI18n()
  const password = ref('')
  const repeat = ref('')
  const wasTried = ref(false)

  const passwordError = computed(() =>
    wasTried.value && password.value.length < minPasswordLength
      ? t('session.passwordShort', { count: minPasswordLength })
      : undefined,
  )
  const repeatError = computed(() =>
    wasTried.value && repeat.value !== password.value ? t('session.passwordDiffers') : undefined,
  )

  function check(): boolean {
    wasTried.value = true
    return !passwordError.value && !repeatError.value
  }
  function clear() {
    password.value = ''
    repeat.value = ''
    wasTried.value = false
  }
  return { password, repeat, passwordError, repeatError, check, clear }
}
