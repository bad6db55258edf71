import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { UndoAnswer } from '../../../contract/operations.schema'
import type {
  Duplicates,
  FamilyChange,
  SplitBody,
  TicketFamily,
} from '../../../contract/ticket-family.schema'
import type { TicketChange } from '../../../contract/tickets.schema'
import { api } from '../../lib/api'
import { useProblemText } from '../../lib/problem-text'
import { useToasts } from '../../ui/toasts'
import { useLiveStore } from '../live/live.store'
import { useSessionStore } from '../session/session.store'
import { useTicketPage } from '../tickets/useTicketPage'

/** Events after which the family has to be asked for again. */
const familyEvents: ReadonlySet<string> = new Set([
  'ticket.merged',
  'ticket.absorbed',
  'ticket.unmerged',
  'ticket.released',
  'ticket.split',
  'ticket.split_undone',
  'ticket.linked',
  'ticket.unlinked',
  'ticket.resolved',
])
const gatherMs = 400

/** The relatives of the open ticket, kept up to date, and what can be done with them. */
export function useFamily() {
  const page = useTicketPage()
  const live = useLiveStore()
  const session = useSessionStore()
  const router = useRouter()
  const toasts = useToasts()
  const problemText = useProblemText()
  const { t } = useI18n()
  const family = shallowRef<TicketFamily | null>(null)
  const duplicates = shallowRef<Duplicates['items']>([])
  const error = shallowRef<unknown>(null)
  const isBusy = ref(false)
  const ticketId = computed(() => page.detail.value?.ticket.id ?? null)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    const id = ticketId.value
    if (!id) return
    try {
      const [relatives, similar] = await Promise.all([
        api.get<TicketFamily>(`/tickets/${id}/family`),
        api.get<Duplicates>(`/tickets/${id}/duplicates`),
      ])
      if (id !== ticketId.value) return
      family.value = relatives
      duplicates.value = similar.items
      error.value = null
    } catch (reason) {
      error.value = reason
    }
  }
  watch(
    ticketId,
    () => {
      family.value = null
      duplicates.value = []
      void load()
    },
    { immediate: true },
  )
  onScopeDispose(
    live.onEvent((event) => {
      if (!familyEvents.has(event.type)) return
      clearTimeout(timer)
      timer = setTimeout(load, gatherMs)
    }),
  )
  onScopeDispose(() => clearTimeout(timer))

  /** Runs a command; a refusal is said, and the answer is undefined. */
  async function attempt<T>(run: () => Promise<T>): Promise<T | undefined> {
    isBusy.value = true
    try {
      return await run()
    } catch (reason) {
      toasts.bad(problemText(reason))
      return undefined
    } finally {
      isBusy.value = false
    }
  }
  const open = (number: string) => router.push({ name: 'ticket', params: { ticketId: number } })

  async function undo(operationId: string): Promise<void> {
    const answer = await attempt(() => api.post<UndoAnswer>(`/operations/${operationId}/undo`))
    if (!answer) return
    const left = answer.skipped.length
    toasts.good(left ? t('family.undonePartly', { count: left }) : t('family.undone'))
    await Promise.all([page.load(), load()])
  }
  async function merge(intoId: string): Promise<boolean> {
    const own = page.detail.value?.ticket
    const answer = await attempt(() => api.post<FamilyChange>(`${page.path.value}/merge`, { intoId }))
    if (!answer || !own) return false
    await open(answer.ticket.number)
    toasts.show({
      title: t('family.merged', { from: own.number, into: answer.ticket.number }),
      tone: 'good',
      action: {
        label: t('tickets.undo'),
        run: () => void undo(answer.operation.id).then(() => open(own.number)),
      },
    })
    return true
  }
  async function split(body: SplitBody): Promise<boolean> {
    const answer = await attempt(() => api.post<FamilyChange>(`${page.path.value}/split`, body))
    if (!answer) return false
    toasts.show({
      title: t('family.splitDone', { number: answer.ticket.number }),
      tone: 'good',
      action: { label: t('tickets.undo'), run: () => void undo(answer.operation.id) },
    })
    await Promise.all([page.load(), load()])
    return true
  }
  const change = async (run: () => Promise<TicketChange>): Promise<boolean> => {
    const answer = await attempt(run)
    if (!answer) return false
    page.apply(answer)
    await load()
    return true
  }
  const link = (otherId: string) =>
    change(() => api.post<TicketChange>(`${page.path.value}/links`, { otherId }))
  const unlink = (otherId: string) =>
    change(() => api.delete<TicketChange>(`${page.path.value}/links`, { query: { otherId } }))
  const setParent = (parentId: string | null) =>
    change(() => api.put<TicketChange>(`${page.path.value}/parent`, { parentId }))
  /** Another ticket goes below this one, or out from there; the answer is that ticket, so only the family is news. */
  const setParentOf = async (childId: string, parentId: string | null): Promise<boolean> => {
    const answer = await attempt(() => api.put<TicketChange>(`/tickets/${childId}/parent`, { parentId }))
    if (answer) await load()
    return answer !== undefined
  }
  const resolveAll = () => change(() => api.post<TicketChange>(`${page.path.value}/resolve-family`))

  return {
    page,
    family,
    duplicates,
    error,
    isBusy,
    load,
    canWork: computed(() => session.can('tickets.work')),
    undo,
    merge,
    split,
    link,
    unlink,
    setParent,
    addChild: (childId: string) => setParentOf(childId, ticketId.value),
    removeChild: (childId: string) => setParentOf(childId, null),
    resolveAll,
  }
}
