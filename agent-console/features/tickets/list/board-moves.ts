import {
  type AgentCommand,
  agentCommandsOf,
  isUnresolved,
  type TicketStatus,
} from '../../../../contract/tickets.rules'

const commands: Partial<Record<TicketStatus, AgentCommand>> = {
  waiting_citizen: 'wait_citizen',
  waiting_department: 'wait_department',
  on_hold: 'hold',
  resolved: 'resolve',
  closed: 'close',
}

/** The command that brings a ticket from one column to another; null where there is none. */
export function commandBetween(from: TicketStatus, to: TicketStatus): AgentCommand | null {
  if (from === to) return null
  const command = to === 'open' ? (isUnresolved(from) ? 'resume' : 'keep_open') : commands[to]
  return command && agentCommandsOf(from).includes(command) ? command : null
}
