import { computed, onScopeDispose, reactive, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Outcome } from '../../../contract/consultations.rules'
import type { ConsultationView, WrapUpBody, WrapUpDraft } from '../../../contract/consultations.schema'
import { ApiProblem, api } from '../../lib/api'
import { useProblemText } from '../../lib/problem-text'
import { useLiveStore } from '../live/live.store'
import { keepText, keptText } from './kept-text'
import { useWrapUpFields } from './useWrapUpFields'

export type SaveState = 'clean' | 'saving' | 'saved' | 'unsaved'

interface Form {
  outcome: Outcome | ''
  topic: string
  serviceItemId: string
  note: string
}

const quietMs = 500
const retryMs = 4000

function formOf(view: ConsultationView): Form {
  const { outcome, topic, serviceItemId, note } = view.wrapUp
  return {
    outcome: outcome ?? '',
    topic: topic || view.topic,
    serviceItemId: serviceItemId ?? view.serviceItem?.id ?? '',
    note,
  }
}

/**
 * The wrap-up as a draft: kept in the browser at every keystroke and saved to the server half a second
 * later, so that neither a reload nor a lost connection costs a word.
 */
export function useWrapUp(consultation: () => ConsultationView) {
  const live = useLiveStore()
  const problemText = useProblemText()
  const { t } = useI18n()
  const id = consultation().id
  const keepKey = `wrap-up.${id}`
  const kept = keptText(keepKey)
  const form = reactive<Form>({ ...formOf(consultation()), ...(kept ? (JSON.parse(kept) as Form) : {}) })
  const fields = useWrapUpFields(id, () => ({
    isSolved: form.outcome === 'solved',
    serviceItemId: form.serviceItemId,
  }))
  const state = ref<SaveState>(kept ? 'unsaved' : 'clean')
  const error = ref('')
  const isCompleting = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let version = 0

  const draft = (): WrapUpDraft => ({
    outcome: form.outcome || null,
    topic: form.topic,
    serviceItemId: form.serviceItemId || null,
    note: form.note,
  })

  async function save(): Promise<void> {
    clearTimeout(timer)
    const mine = ++version
    state.value = 'saving'
    try {
      await api.put(`/consultations/${id}/wrap-up`, draft())
      if (mine !== version) return
      keepText(keepKey, null)
      state.value = 'saved'
      error.value = ''
    } catch (reason) {
      if (mine !== version) return
      state.value = 'unsaved'
      error.value = problemText(reason)
      // Without an answer nothing is wrong with what was written: it is tried until there is one.
      const isUnanswered = reason instanceof ApiProblem && (reason.status === 0 || reason.status >= 500)
      if (isUnanswered) timer = setTimeout(save, retryMs)
    }
  }

  watch(form, () => {
    keepText(keepKey, JSON.stringify(form))
    state.value = 'unsaved'
    clearTimeout(timer)
    timer = setTimeout(save, quietMs)
  })
  watch(
    () => live.link,
    (link) => {
      if (link === 'online' && state.value === 'unsaved') void save()
    },
  )
  if (kept) void save()
  onScopeDispose(() => {
    clearTimeout(timer)
    if (state.value === 'unsaved' && !isCompleting.value) void save()
  })

  const missing = computed(() => ({
    outcome: form.outcome === '',
    topic: form.topic.trim() === '',
  }))

  /** In words, with what it names: fields to fill in, tickets to settle first. */
  function refusalOf(reason: unknown): string {
    const named = reason instanceof ApiProblem ? reason.errors : []
    if (reason instanceof ApiProblem && reason.code === 'tickets.fields_missing')
      fields.refuse(named.map((each) => each.path.replace('fields.', '')))
    return [problemText(reason), named.map((each) => each.message).join(t('common.listSeparator'))]
      .filter(Boolean)
      .join(' ')
  }

  /** Completes; answers the closed consultation, or null with `error` saying why not. */
  async function complete(): Promise<ConsultationView | null> {
    if (form.outcome === '' || missing.value.topic) {
      error.value = t(
        form.outcome === '' ? 'consultation.wrapUp.needOutcome' : 'consultation.wrapUp.needTopic',
      )
      return null
    }
    if (fields.findMissing()) {
      error.value = t('errors.tickets.fields_missing')
      return null
    }
    clearTimeout(timer)
    version += 1
    isCompleting.value = true
    try {
      const filled = fields.entries()
      const body: WrapUpBody = {
        ...draft(),
        outcome: form.outcome,
        topic: form.topic.trim(),
        note: form.note,
        ...(filled.length > 0 ? { fields: filled } : {}),
      }
      const view = await api.post<ConsultationView>(`/consultations/${id}/wrap-up`, body)
      keepText(keepKey, null)
      fields.forget()
      state.value = 'saved'
      error.value = ''
      return view
    } catch (reason) {
      state.value = 'unsaved'
      error.value = refusalOf(reason)
      return null
    } finally {
      isCompleting.value = false
    }
  }

  return { form, fields, state, error, missing, isCompleting, save, complete }
}
