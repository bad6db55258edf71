import { computed, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiProblem } from '../../../lib/api'
import { useProblemText } from '../../../lib/problem-text'

/** Codes that speak about one field of the form. */
const fieldOfCode: Record<string, string> = {
  'agents.username_taken': 'username',
  'sites.key_taken': 'key',
  'service_items.name_taken': 'name',
  'departments.cycle': 'parentId',
}

/** Splits what the API refused into a text per field and one for the rest. */
export function useFormProblem(error: Ref<unknown>) {
  const { t } = useI18n()
  const problemText = useProblemText()
  const fields = computed<Record<string, string>>(() => {
    const problem = error.value
    if (!(problem instanceof ApiProblem)) return {}
    const field = fieldOfCode[problem.code]
    if (field) return { [field]: problemText(problem) }
    // Paths may start with the part of the request and end inside a list: `body.origins.0` is about `origins`.
    const names = problem.errors.map((one) => one.path.replace(/^(body|json)[./]/, '').split(/[./]/)[0] ?? '')
    return Object.fromEntries(names.map((name) => [name, t('admin.form.invalid')]))
  })
  const general = computed(() => {
    const problem = error.value
    if (!problem) return undefined
    const isInField = problem instanceof ApiProblem && problem.code in fieldOfCode
    return isInField ? undefined : problemText(problem)
  })
  return { fields, general }
}
