import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { TicketPriority, TicketStatus } from '../../../contract/tickets.rules'
import type {
  EditTicketBody,
  FieldsBody,
  ParticipantsBody,
  StatusBody,
  TicketChange,
  TicketDetail,
} from '../../../contract/tickets.schema'
import { ApiProblem, api } from '../../lib/api'
import { useProblemText } from '../../lib/problem-text'
import { useToasts } from '../../ui/toasts'
import { useTicketPage } from './useTicketPage'

type Command = () => Promise<TicketChange>

/** The commands that lead back to where the ticket was; some places have no direct way. */
export function commandsBackTo(before: TicketDetail, now: TicketStatus): StatusBody[] {
  const { status, holdUntil } = before.ticket
  const isSettled = now === 'resolved' || now === 'closed'
  const open: StatusBody = { command: isSettled ? 'keep_open' : 'resume' }
  switch (status) {
    case 'new':
    case 'open':
      return [open]
    case 'waiting_citizen':
      return isSettled ? [open, { command: 'wait_citizen' }] : [{ command: 'wait_citizen' }]
    case 'waiting_department': {
      const id = before.more.waitingDepartment?.id
      const wait: StatusBody[] = id ? [{ command: 'wait_department', waitingDepartmentId: id }] : []
      return isSettled || wait.length === 0 ? [open, ...wait] : wait
    }
    case 'on_hold': {
      const hold: StatusBody[] = holdUntil ? [{ command: 'hold', holdUntil }] : []
      return isSettled || hold.length === 0 ? [open, ...hold] : hold
    }
    case 'resolved':
      return now === 'closed' ? [open, { command: 'resolve' }] : [{ command: 'resolve' }]
    case 'closed':
      return [{ command: 'close' }]
    default:
      return []
  }
}

/** What an agent does on the open ticket: each takes effect at once and can be taken back for some seconds. */
export function useTicketActions() {
  const page = useTicketPage()
  const toasts = useToasts()
  const problemText = useProblemText()
  const { t } = useI18n()
  const isBusy = ref(false)

  function fail(reason: unknown): void {
    if (reason instanceof ApiProblem && reason.code === 'tickets.fields_missing') {
      page.missing.value = new Set(reason.errors.map((each) => each.path.replace('fields.', '')))
      toasts.bad(
        problemText(reason),
        reason.errors.map((each) => each.message).join(t('common.listSeparator')),
      )
      return
    }
    toasts.bad(problemText(reason))
  }

  async function run(command: Command, said = '', undo: readonly Command[] = []): Promise<boolean> {
    isBusy.value = true
    try {
      page.apply(await command())
      page.missing.value = new Set()
      if (said)
        toasts.show({
          title: said,
          tone: 'good',
          ...(undo.length > 0 ? { action: { label: t('tickets.undo'), run: () => void back(undo) } } : {}),
        })
      return true
    } catch (reason) {
      fail(reason)
      return false
    } finally {
      isBusy.value = false
    }
  }
  async function back(commands: readonly Command[]): Promise<void> {
    for (const command of commands) if (!(await run(command))) return
    toasts.good(t('tickets.undone'))
  }

  const send = (path: string, body: unknown) => api.post<TicketChange>(`${page.path.value}${path}`, body)
  const patch = (body: EditTicketBody) => api.patch<TicketChange>(page.path.value, body)

  function setStatus(input: StatusBody): Promise<boolean> {
    const before = page.detail.value
    const target = {
      resume: 'open',
      keep_open: 'open',
      reopen: 'open',
      wait_citizen: 'waiting_citizen',
      wait_department: 'waiting_department',
      hold: 'on_hold',
      resolve: 'resolved',
      close: 'closed',
    } as const
    const to = target[input.command]
    const undo = before ? commandsBackTo(before, to).map((each) => () => send('/status', each)) : []
    return run(
      () => send('/status', input),
      t('tickets.said.status', { status: t(`tickets.statuses.${to}`) }),
      undo,
    )
  }
  function assign(agent: { id: string; name: string } | null): Promise<boolean> {
    const before = page.detail.value?.ticket.assignee?.id ?? null
    const said = agent ? t('tickets.said.assigned', { name: agent.name }) : t('tickets.said.unassigned')
    return run(() => send('/assign', { agentId: agent?.id ?? null }), said, [
      () => send('/assign', { agentId: before }),
    ])
  }
  function setPriority(priority: TicketPriority): Promise<boolean> {
    const before = page.detail.value?.ticket.priority ?? 'normal'
    const said = t('tickets.said.priority', { priority: t(`tickets.priorities.${priority}`) })
    return run(() => patch({ priority }), said, [() => patch({ priority: before })])
  }
  function setTags(tags: string[]): Promise<boolean> {
    const before = page.detail.value?.ticket.tags.map((tag) => tag.name) ?? []
    const put = (names: string[]) => api.put<TicketChange>(`${page.path.value}/tags`, { tags: names })
    return run(() => put(tags), t('tickets.said.tags'), [() => put(before)])
  }
  function moveDepartment(department: { id: string; name: string }): Promise<boolean> {
    const before = page.detail.value?.ticket.departmentId
    const undo = before ? [() => send('/department', { departmentId: before })] : []
    const said = t('tickets.said.moved', { name: department.name })
    return run(() => send('/department', { departmentId: department.id }), said, undo)
  }
  return {
    isBusy,
    setStatus,
    assign,
    setPriority,
    setTags,
    moveDepartment,
    edit: (body: EditTicketBody) => run(() => patch(body), t('tickets.said.saved')),
    setFields: (body: FieldsBody) =>
      run(() => api.put<TicketChange>(`${page.path.value}/fields`, body), t('tickets.said.saved')),
    changeParticipants: (body: ParticipantsBody) => run(() => send('/participants', body)),
  }
}
