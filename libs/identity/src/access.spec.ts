import { All, Controller, Get, Module, Post, type Type } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, it } from 'vitest';
import { Allow, AllowPlatformAdmin, Public } from './access.decorators.js';
import { assertEveryRouteDeclaresRoles, declaredRoutes } from './declared-routes.js';
import { type Principal, type Role, servicePrincipal } from './principal.js';
import { attachPrincipal } from './request-principal.js';
import { RolesGuard } from './roles.guard.js';

@Controller('api/v1/cases')
@Allow('viewer', 'analyst')
class CasesController {
  @Get() list() {}
  @Get(':id') @Public() get() {}
  @Post() @Allow('analyst') change() {}
}

@Controller(['v1/usage', '/api/v1/usage/'])
class UsageController {
  @Post() @AllowPlatformAdmin() report() {}
  @All('*') @Public() rest() {}
}

@Controller('forgotten')
class ForgetfulController {
  @Get() list() {}
  notARoute() {}
}

async function applicationOf(...controllers: Type[]) {
  @Module({ controllers })
  class TestModule {}
  return NestFactory.createApplicationContext(TestModule, { logger: false });
}

const asking = (role: Role, platformAdmin = false): Principal => ({
  ...servicePrincipal('x', 'default'),
  role,
  platformAdmin,
});

function decide<C>(controller: Type<C>, method: keyof C, principal: Principal | null, type = 'http'): boolean {
  const request = {};
  if (principal) attachPrincipal(request, principal);
  const handler = (controller.prototype as Record<keyof C, () => void>)[method];
  const context = new ExecutionContextHost([request], controller, handler);
  context.setType(type);
  return new RolesGuard(new Reflector()).canActivate(context);
}

describe('the guard', () => {
  const refused = expect.objectContaining({ kind: 'forbidden', code: 'identity.role-refused' });

  it('lets the roles of the controller in, and those of the handler instead where it names some', () => {
    expect(decide(CasesController, 'list', asking('viewer'))).toBe(true);
    expect(() => decide(CasesController, 'change', asking('viewer'))).toThrow(refused);
    expect(decide(CasesController, 'change', asking('analyst'))).toBe(true);
  });

  it('gives no role, not even admin or service, what a route does not say', () => {
    expect(() => decide(CasesController, 'list', asking('admin'))).toThrow(refused);
    expect(() => decide(CasesController, 'list', asking('service'))).toThrow(refused);
    expect(() => decide(ForgetfulController, 'list', asking('admin', true))).toThrow(refused);
  });

  it('keeps what is for the platform from the admin of a tenant', () => {
    expect(() => decide(UsageController, 'report', asking('admin'))).toThrow(refused);
    expect(decide(UsageController, 'report', asking('admin', true))).toBe(true);
  });

  it('lets anybody into public routes and nobody unknown into others', () => {
    expect(decide(CasesController, 'get', null)).toBe(true);
    expect(() => decide(CasesController, 'list', null)).toThrow(
      expect.objectContaining({ code: 'identity.unauthenticated' }),
    );
  });

  it('leaves handlers of events alone', () => {
    expect(decide(ForgetfulController, 'list', null, 'rpc')).toBe(true);
  });
});

describe('the declared routes', () => {
  it('carry each path of each handler, as the router writes it', async () => {
    const app = await applicationOf(CasesController, UsageController);
    expect(declaredRoutes(app).map(({ method, path, access }) => [method, path, access?.kind])).toEqual([
      ['GET', '/api/v1/cases', 'roles'],
      ['POST', '/api/v1/cases', 'roles'],
      ['GET', '/api/v1/cases/:id', 'public'],
      ['POST', '/api/v1/usage', 'roles'],
      ['ALL', '/api/v1/usage/*', 'public'],
      ['POST', '/v1/usage', 'roles'],
      ['ALL', '/v1/usage/*', 'public'],
    ]);
    expect(() => assertEveryRouteDeclaresRoles(app)).not.toThrow();
  });

  it('that say nothing keep an application from starting, by name', async () => {
    const app = await applicationOf(CasesController, ForgetfulController);
    expect(() => assertEveryRouteDeclaresRoles(app)).toThrow('ForgetfulController.list.');
  });
});
