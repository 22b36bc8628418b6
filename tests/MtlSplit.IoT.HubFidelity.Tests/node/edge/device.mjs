// An edge device of the hub: our runtime as a process, and modules on Microsoft's client that it starts.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../harness.mjs';

const script = (name) => fileURLToPath(new URL(name, import.meta.url));
const system = (image) => ({ type: 'docker', status: 'running', restartPolicy: 'always', settings: { image } });

/** A module of a deployment. */
export const module = ({ env = {}, status = 'running', restartPolicy = 'always' } = {}) => ({
  type: 'docker', status, restartPolicy, settings: { image: 'node/module:1' },
  env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, { value }])),
});

const content = (modules, routes) => ({
  $edgeAgent: {
    'properties.desired': {
      schemaVersion: '1.1', modules,
      runtime: { type: 'docker', settings: { minDockerVersion: 'v1.25' } },
      systemModules: { edgeAgent: { type: 'docker', settings: { image: 'edge/agent:1' } }, edgeHub: system('edge/hub:1') },
    },
  },
  $edgeHub: { 'properties.desired': { schemaVersion: '1.1', routes, storeAndForwardConfiguration: { timeToLiveSecs: 7200 } } },
});

export class EdgeDevice {
  #hub;
  #at;
  #folder = mkdtempSync(path.join(tmpdir(), 'mtlsplit-edge-'));
  #connection;
  #runtime;
  #log = '';
  #deployed;

  constructor(hub, at, deviceId) {
    this.#hub = hub;
    this.#at = at;
    this.deviceId = deviceId;
  }

  /** Registers a device and starts its runtime. */
  static async start(hub, at, deviceId) {
    const device = new EdgeDevice(hub, at, deviceId);
    const made = await hub.device(deviceId, { capabilities: { iotEdge: true } });
    device.#connection = `HostName=${hub.hostName};DeviceId=${deviceId};SharedAccessKey=${made.authentication.symmetricKey.primaryKey}`;
    writeFileSync(path.join(device.#folder, 'modules.json'), JSON.stringify({ images: { 'node/module': { executable: process.execPath, arguments: [script('./module.mjs')] } } }));
    await device.startRuntime();
    return device;
  }

  /** The authority that modules on the device trust. */
  get authority() {
    return this.#ready.authority;
  }

  /** Where modules dial methods of other modules: on the standard port the SDK knows. */
  get methodPort() {
    return this.#at.standardPorts ? undefined : this.#ready.httpsPort;
  }

  get #ready() {
    return JSON.parse(readFileSync(path.join(this.#folder, 'ready.json'), 'utf8'));
  }

  async startRuntime() {
    const ready = path.join(this.#folder, 'ready.json');
    rmSync(ready, { force: true });
    const place = this.#at.standardPorts
      ? ['--host-name', this.#at.edgeAddress, '--address', this.#at.edgeAddress, '--https-port', '443']
      : ['--hub-mqtt-port', this.#at.mqttPort, '--hub-https-port', this.#at.httpsPort, '--mqtt-port', '0', '--https-port', '0'];
    this.#runtime = spawn(this.#at.edgeRuntime, [
      'edge', '--connection-string', this.#connection, '--data', path.join(this.#folder, 'data'), '--modules', path.join(this.#folder, 'modules.json'),
      '--hub-ca', this.#at.authority, '--engine', '/nowhere', '--ready-file', ready, ...place,
    ], {
      // Its standard input ends with this process, and with it the runtime and its modules.
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, MTLSPLIT_Process__StopWithParent: 'true', MTLSPLIT_Edge__RestartPause: '00:00:00.2', MTLSPLIT_Edge__StopGrace: '00:00:05' },
    });
    for (const output of [this.#runtime.stdout, this.#runtime.stderr]) {
      output.on('data', (text) => (this.#log += text));
    }

    await until(() => {
      assert.equal(this.#runtime.exitCode, null, `the runtime ended: ${this.#log}`);
      try {
        return this.#ready;
      } catch {
        return null;
      }
    }, 'the runtime runs', 30_000);
  }

  /** Ends the runtime; its modules run on. */
  killRuntime() {
    return this.#end('SIGKILL');
  }

  async close() {
    await this.#end('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #end(signal) {
    return new Promise((resolve) => {
      if (this.#runtime.exitCode !== null || this.#runtime.signalCode !== null) {
        resolve();
        return;
      }

      this.#runtime.once('exit', resolve);
      this.#runtime.kill(signal);
    });
  }

  /** Deploys modules and routes, unless they are deployed already, and waits until every module is there. */
  async deploy(modules, routes = {}, ready = Object.keys(modules)) {
    const modulesContent = content(modules, routes);
    const text = JSON.stringify(modulesContent);
    if (this.#deployed !== text) {
      await this.#hub.owner.applyConfigurationContentOnDevice(this.deviceId, { modulesContent });
      this.#deployed = text;
      const { $version } = (await this.twin('$edgeAgent')).properties.desired;
      await this.reports('$edgeAgent', (reported) => reported.lastDesiredVersion === $version && reported.lastDesiredStatus.code !== 406, 'the agent has the deployment');
      const routed = (await this.twin('$edgeHub')).properties.desired.$version;
      await this.reports('$edgeHub', (reported) => reported.lastDesiredVersion === routed, 'edgeHub has the routes');
    }

    for (const name of ready) {
      await this.reports(name, ({ pid }) => pid && lives(pid), `${name} reports`);
    }
  }

  /** Hands a deployment to the hub and waits for nothing. */
  async apply(modules, routes) {
    await this.#hub.owner.applyConfigurationContentOnDevice(this.deviceId, { modulesContent: content(modules, routes) });
  }

  async twin(moduleId) {
    return (await this.#hub.owner.getModuleTwin(this.deviceId, moduleId)).responseBody;
  }

  /** Waits until what a module reports is so. */
  async reports(moduleId, holds, what) {
    let last;
    try {
      return await until(async () => {
        last = (await this.twin(moduleId).catch((error) => (error.response?.statusCode === 404 ? null : Promise.reject(error))))?.properties.reported;
        return last && holds(last) ? last : null;
      }, what, 45_000);
    } catch (error) {
      throw new Error(`${error.message}: ${moduleId} reports ${JSON.stringify({ ...last, $metadata: undefined })}\n${this.#log.split('\n').slice(-15).join('\n')}\n${this.logOf(moduleId)}`, { cause: error });
    }
  }

  /** A module's output. */
  logOf(moduleId) {
    try {
      return readFileSync(path.join(this.#folder, 'data', 'modules', moduleId, 'module.log'), 'utf8').split('\n').slice(-15).join('\n');
    } catch {
      return '';
    }
  }

  /** Calls a module's method from the cloud. */
  async call(moduleId, methodName, payload = null, responseTimeoutInSeconds = 20) {
    const { result } = await this.#hub.methods().invokeDeviceMethod(this.deviceId, moduleId, { methodName, payload, responseTimeoutInSeconds, connectTimeoutInSeconds: 20 });
    return result;
  }

  /** The same, of a method that must succeed. */
  async ask(moduleId, methodName, payload, responseTimeoutInSeconds) {
    const { status, payload: answer } = await this.call(moduleId, methodName, payload, responseTimeoutInSeconds);
    assert.equal(status, 200, JSON.stringify(answer));
    return answer;
  }

  /** What the hub has of a module after an event. */
  async events(moduleId, after, count) {
    return await until(async () => {
      const { body } = await this.#hub.request('GET', `/devhub/events?after=${after}&max=1000`);
      const found = body.events.filter((one) => one.deviceId === this.deviceId && one.moduleId === moduleId);
      return found.length >= count && found.map((one) => ({ ...one, text: Buffer.from(one.body, 'base64').toString() }));
    }, `${count} messages of ${moduleId}`, 45_000);
  }

  /** The environment that the runtime gave to a process. */
  environmentOf(process) {
    return Object.fromEntries(readFileSync(`/proc/${process}/environ`, 'utf8').split('\0').filter(Boolean).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  }

  /** Starts a process with an environment that is not its own, and gives what it says. */
  async stranger(env) {
    const process = spawn(globalThis.process.execPath, [script('./stranger.mjs')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    process.stdout.on('data', (text) => (said += text));
    await new Promise((resolve) => process.once('close', resolve));
    return said.trim().startsWith('{') ? JSON.parse(said) : said.trim();
  }
}

/** Whether a process is there and no zombie. */
export const lives = (process) => {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${process}/stat`, 'utf8'));
  } catch {
    return false;
  }
};
