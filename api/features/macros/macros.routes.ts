import { z } from 'zod'
import { id, ok } from '../../../contract/common.schema'
import {
  applyMacroBody,
  createMacro as createBody,
  macroApplied,
  macroChoices,
  macroList,
  macroParams,
  macroView,
  orderBody,
  ticketMacros,
  updateMacro as updateBody,
} from '../../../contract/macros.schema'
import { ticketParams } from '../../../contract/tickets.schema'
import type { Router } from '../../http/routes'
import { applyMacro, listTicketMacros } from './apply.usecases'
import {
  createMacro,
  deleteMacro,
  listMacroChoices,
  listOwnMacros,
  orderMacros,
  updateMacro,
} from './macros.usecases'

const shared = { auth: 'agent', permission: 'tickets.work' } as const

/** Canned replies and macros: one's own and the department's. */
export const macroRoutes = (router: Router): void => {
  const { deps } = router
  router.read(
    {
      ...shared,
      method: 'get',
      path: '/macros',
      summary: 'The macros the caller may use',
      response: macroList,
    },
    async (tx, { actor }) => ({ items: await listOwnMacros(tx, actor) }),
  )
  router.read(
    {
      ...shared,
      method: 'get',
      path: '/macros/choices',
      summary: 'Colleagues and departments that the steps of a macro may name',
      response: macroChoices,
    },
    (tx, { actor }) => listMacroChoices(tx, actor),
  )
  router.write(
    {
      ...shared,
      method: 'post',
      path: '/macros',
      summary: 'Add a macro: an own one, or with tickets.manage one for a department',
      body: createBody,
      response: macroView,
      status: 201,
    },
    (tx, { actor, body }) => createMacro(tx, deps, actor, body),
  )
  router.write(
    {
      ...shared,
      method: 'put',
      path: '/macros/order',
      summary: 'Put macros in this order',
      body: orderBody('mac'),
      response: macroList,
    },
    async (tx, { actor, body }) => ({ items: await orderMacros(tx, actor, body.ids) }),
  )
  router.write(
    {
      ...shared,
      method: 'patch',
      path: '/macros/{id}',
      summary: 'Change a macro',
      params: macroParams,
      body: updateBody,
      response: macroView,
    },
    (tx, { actor, params, body }) => updateMacro(tx, deps, actor, params.id, body),
  )
  router.write(
    {
      ...shared,
      method: 'delete',
      path: '/macros/{id}',
      summary: 'Delete a macro',
      params: macroParams,
      response: ok,
    },
    async (tx, { actor, params }) => {
      await deleteMacro(tx, deps, actor, params.id)
      return { ok: true as const }
    },
  )
  router.read(
    {
      ...shared,
      method: 'get',
      path: '/tickets/{id}/macros',
      summary: 'Macros with their texts as they would be sent on this ticket',
      params: ticketParams,
      response: ticketMacros,
    },
    (tx, { actor, params }) => listTicketMacros(tx, actor, params.id),
  )
  router.write(
    {
      ...shared,
      method: 'post',
      path: '/tickets/{id}/macros/{macroId}',
      summary: 'Send the reply of a macro and take its steps, all or nothing',
      params: z.strictObject({ ...ticketParams.shape, macroId: id('mac') }),
      body: applyMacroBody,
      response: macroApplied,
    },
    (tx, { actor, params, body }) => applyMacro(tx, deps, actor, params.id, params.macroId, body),
  )
}
