import { useI18n } from 'vue-i18n'
import { ApiProblem } from './api'

/** Turns whatever was thrown into a sentence for the reader: by code, else by status, else the API's own detail. */
export function useProblemText(): (error: unknown) => string {
  const { t, te } = useI18n()
  /** How long to wait, as one says it; the server does not always know. */
  const waitOf = (seconds: number | undefined): string => {
    if (!seconds) return t('errors.wait.moment')
    return seconds > 90
      ? t('errors.wait.minutes', { count: Math.ceil(seconds / 60) })
      : t('errors.wait.seconds', { count: Math.ceil(seconds) })
  }
  return (error) => {
    if (!(error instanceof ApiProblem)) return t('errors.unexpected')
    const values = { wait: waitOf(error.retryAfter) }
    const byCode = `errors.${error.code}`
    if (te(byCode)) return t(byCode, values)
    const byStatus = `errors.http.${error.status}`
    if (te(byStatus)) return t(byStatus, values)
    return error.detail || t('errors.unexpected')
  }
}
