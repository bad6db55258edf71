import { ref } from 'vue'
import { ApiError } from './api'
import { hasMessage, t } from './i18n'

/** What to tell the citizen about a code of the server; a code we have no words for still gets an honest line. */
export function codeText(code: string): string {
  const key = `errors.${code}`
  return hasMessage(key) ? t(key) : t('errors.unknown')
}

/** The same for a failed request: one refused for being too many says when to try again. */
export function failureText({ status, code, retryAfterSeconds: wait }: Failure): string {
  if (status !== 429 || !wait) return codeText(code)
  return wait > 90
    ? t('errors.retryMinutes', { count: Math.ceil(wait / 60) })
    : t('errors.retrySeconds', { count: Math.ceil(wait) })
}
export type Failure = Pick<ApiError, 'status' | 'code' | 'retryAfterSeconds'>

/**
 * Runs a command for a button: busy while it runs, the reason in words when it fails.
 * @example const { isBusy, error, run } = useCommand()
 */
export function useCommand() {
  const isBusy = ref(false)
  const error = ref<string | null>(null)
  async function run(act: () => Promise<unknown>): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    error.value = null
    try {
      await act()
      return true
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure
      error.value = failureText(failure)
      return false
    } finally {
      isBusy.value = false
    }
  }
  return { isBusy, error, run }
}
