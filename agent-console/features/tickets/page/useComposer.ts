import { computed, onScopeDispose, reactive, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { DraftKind } from '../../../../contract/tickets.rules'
import type { ReplyBody, StatusBody, TicketChange } from '../../../../contract/tickets.schema'
import { ApiProblem, api } from '../../../lib/api'
import { useProblemText } from '../../../lib/problem-text'
import { useToasts } from '../../../ui/toasts'
import { useTicketPage } from '../useTicketPage'
import type { ComposerFiles } from './useComposerFiles'

const saveAfterMs = 900

/** What is being written on the open ticket: two drafts kept on the server, sent with a check for newer replies. */
export function useComposer(files: Record<DraftKind, ComposerFiles>) {
  const page = useTicketPage()
  const toasts = useToasts()
  const problemText = useProblemText()
  const { t } = useI18n()
  const kind = ref<DraftKind>('reply')
  const texts = reactive<Record<DraftKind, string>>({ reply: '', note: '' })
  /** Colleagues picked with @, by the name written in the note. */
  const mentioned = ref(new Map<string, string>())
  const isSending = ref(false)
  const hasNewer = ref(false)
  const saved = ref<'none' | 'saving' | 'kept' | 'failed'>('none')
  const kept: Record<DraftKind, string> = { reply: '', note: '' }
  const timers: Partial<Record<DraftKind, ReturnType<typeof setTimeout>>> = {}
  let key = crypto.randomUUID()

  const ticketId = computed(() => page.detail.value?.ticket.id ?? null)
  watch(
    ticketId,
    (id) => {
      if (!id) return
      for (const each of ['reply', 'note'] as const) {
        const draft = page.detail.value?.drafts.find((one) => one.kind === each)
        texts[each] = kept[each] = draft?.body ?? ''
      }
      if (!texts.reply && !files.reply.kept.value.length && (texts.note || files.note.kept.value.length))
        kind.value = 'note'
      hasNewer.value = false
      saved.value = 'none'
    },
    { immediate: true },
  )

  async function keep(each: DraftKind): Promise<void> {
    const body = texts[each]
    if (body === kept[each] || isSending.value || !ticketId.value) return
    saved.value = 'saving'
    try {
      await api.put(`${page.path.value}/draft`, { kind: each, body })
      kept[each] = body
      saved.value = body ? 'kept' : 'none'
    } catch {
      // The text stays in the field; the composer says that it is not kept elsewhere yet.
      saved.value = 'failed'
    }
  }
  for (const each of ['reply', 'note'] as const)
    watch(
      () => texts[each],
      () => {
        key = crypto.randomUUID()
        clearTimeout(timers[each])
        timers[each] = setTimeout(() => void keep(each), saveAfterMs)
      },
    )
  // Another file makes another answer: the key of the one before must not stand for it.
  watch([files.reply.kept, files.note.kept], () => {
    key = crypto.randomUUID()
  })
  onScopeDispose(() => {
    for (const each of ['reply', 'note'] as const) {
      clearTimeout(timers[each])
      void keep(each)
    }
  })

  /** Only those still named in the text. */
  const mentions = computed(() =>
    [...mentioned.value].filter(([name]) => texts.note.includes(`@${name}`)).map(([, id]) => id),
  )

  async function send(thenStatus?: StatusBody, force = false): Promise<void> {
    const now = page.detail.value
    const body = texts[kind.value].trim()
    const each = kind.value
    const documentIds = files[each].kept.value.map((one) => one.id)
    if (!now || (!body && !documentIds.length) || isSending.value) return
    const input: ReplyBody = {
      kind: each,
      body,
      ...(each === 'note' ? { mentions: mentions.value } : { lastReplyId: now.lastReplyId }),
      ...(documentIds.length ? { documentIds } : {}),
      ...(thenStatus ? { thenStatus } : {}),
      ...(force ? { force } : {}),
    }
    isSending.value = true
    clearTimeout(timers[each])
    try {
      page.apply(
        await api.post<TicketChange>(`${page.path.value}/replies`, input, {
          idempotencyKey: force || thenStatus ? crypto.randomUUID() : key,
        }),
      )
      texts[each] = kept[each] = ''
      saved.value = 'none'
      hasNewer.value = false
      page.missing.value = new Set()
      files[each].clear()
      if (each === 'note') mentioned.value = new Map()
      toasts.good(t(each === 'reply' ? 'tickets.said.replied' : 'tickets.said.noted'))
    } catch (reason) {
      refused(reason)
    } finally {
      isSending.value = false
    }
  }
  function refused(reason: unknown): void {
    if (reason instanceof ApiProblem && reason.code === 'tickets.newer_reply') {
      hasNewer.value = true
      void page.load()
      return
    }
    if (reason instanceof ApiProblem && reason.code === 'tickets.fields_missing')
      page.missing.value = new Set(reason.errors.map((each) => each.path.replace('fields.', '')))
    toasts.bad(problemText(reason))
  }

  return { kind, texts, mentioned, mentions, isSending, hasNewer, saved, send }
}
