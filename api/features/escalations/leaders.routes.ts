import { z } from 'zod'
import { id, ok } from '../../../contract/common.schema'
import {
  absenceBody,
  absenceList,
  absenceView,
  leaderList,
  putLeaders,
} from '../../../contract/escalations.schema'
import type { Router } from '../../http/routes'
import { addAbsence, readAbsences, readLeaders, removeAbsence, saveLeaders } from './leaders.usecases'

/** Who leads a department, and who is away. */
export const leaderRoutes = (router: Router): void => {
  router.read(
    {
      method: 'get',
      path: '/departments/{id}/leaders',
      summary: 'Heads and deputies of a department, in their order',
      auth: 'agent',
      permission: 'agents.read',
      params: z.strictObject({ id: id('dep') }),
      response: leaderList,
    },
    async (tx, { params, deps }) => ({ items: await readLeaders(tx, deps, params.id) }),
  )
  router.write(
    {
      method: 'put',
      path: '/departments/{id}/leaders',
      summary: 'Name the heads and deputies of a department',
      auth: 'agent',
      permission: 'departments.manage',
      params: z.strictObject({ id: id('dep') }),
      body: putLeaders,
      response: leaderList,
    },
    async (tx, { actor, params, body, deps }) => ({
      items: await saveLeaders(tx, deps, actor, params.id, body.leaders),
    }),
  )
  router.read(
    {
      method: 'get',
      path: '/agents/{id}/absences',
      summary: 'When somebody is away: oneself, or people one answers for',
      auth: 'agent',
      permission: 'agents.read',
      params: z.strictObject({ id: id('agt') }),
      response: absenceList,
    },
    async (tx, { actor, params, deps }) => ({ items: await readAbsences(tx, deps, actor, params.id) }),
  )
  router.write(
    {
      method: 'post',
      path: '/agents/{id}/absences',
      summary: 'Enter an absence with a deputy',
      auth: 'agent',
      permission: 'agents.read',
      params: z.strictObject({ id: id('agt') }),
      body: absenceBody,
      response: absenceView,
      status: 201,
    },
    (tx, { actor, params, body, deps }) => addAbsence(tx, deps, actor, params.id, body),
  )
  router.write(
    {
      method: 'delete',
      path: '/absences/{id}',
      summary: 'Take an absence back',
      auth: 'agent',
      permission: 'agents.read',
      params: z.strictObject({ id: id('abs') }),
      response: ok,
    },
    async (tx, { actor, params, deps }) => {
      await removeAbsence(tx, deps, actor, params.id)
      return { ok: true as const }
    },
  )
}
