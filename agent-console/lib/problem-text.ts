import { useI18n } from 'vue-i18n'
import { ApiProblem } from './api'

/** Turns whatever was thrown into a sentence for the reader: by code, else by status, else the API's own detail. */
export function useProblemText(): (error: unknown) => string {
  const { t, te } = useI18n()
  return (error) => {
    if (!(error instanceof ApiProblem)) return t('errors.unexpected')
    const values = { seconds: error.retryAfter ?? 0 }
    const byCode = `errors.${error.code}`
    if (te(byCode)) return t(byCode, values)
    const byStatus = `errors.http.${error.status}`
    if (te(byStatus)) return t(byStatus, values)
    return error.detail || t('errors.unexpected')
  }
}
