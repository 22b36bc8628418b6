// How cases reach the hub: Microsoft's clients, and plain HTTPS for what those do not have.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { isIP } from 'node:net';
import path from 'node:path';
import common from 'azure-iot-common';
import device from 'azure-iot-device';
import mqtt from 'azure-iot-device-mqtt';
import service from 'azure-iothub';
import { EdgeDevice } from './edge/device.mjs';

export class Hub {
  #at;
  #edge;

  /** @param at what the hub's ready file says, and the certificates that the test made. */
  constructor(at) {
    this.#at = at;
    this.ca = readFileSync(at.authority, 'utf8');
    this.agent = new https.Agent({ keepAlive: true, host: at.address, port: at.httpsPort, servername: isIP(at.hostName) ? '' : at.hostName, ca: this.ca });
    this.certificates = at.certificates;
    this.owner = this.registry();
  }

  get mqttHost() {
    return this.#at.standardPorts ? this.#at.hostName : `${this.#at.hostName}:${this.#at.mqttPort}`;
  }

  /** What a client needs to find the hub over WebSocket: on the standard port nothing. */
  get webSocketOptions() {
    return this.#at.standardPorts ? {} : { mqtt: { webSocketAgent: new https.Agent(this.agent.options) } };
  }

  /** What a client needs to trust the hub: on the standard ports Node.js itself was told. */
  get #trust() {
    return this.#at.standardPorts ? {} : { ca: this.ca };
  }

  get hostName() {
    return this.#at.hostName;
  }

  connectionString(policy = 'iothubowner') {
    return readFileSync(path.join(path.dirname(this.#at.connectionStringFile), `${policy}.connection`), 'utf8');
  }

  /** Microsoft's Registry. */
  registry(policy, connectionString = this.connectionString(policy)) {
    return this.#redirect(service.Registry.fromConnectionString(connectionString));
  }

  /** Microsoft's Registry with a ready token. */
  registryWithToken(token) {
    return this.#redirect(service.Registry.fromSharedAccessSignature(token));
  }

  /** Microsoft's Client of the service, which calls methods, without retries. */
  methods(policy) {
    const client = this.#redirect(service.Client.fromConnectionString(this.connectionString(policy)));
    client.setRetryPolicy(new common.NoRetry());
    return client;
  }

  // The service's packages know no port but 443, and no authority but those of Node.js.
  #redirect(client) {
    if (this.#at.standardPorts) {
      return client;
    }

    client._restApiClient.setOptions({ http: { agent: this.agent } });
    return client;
  }

  /** A token of the service. */
  serviceToken(policy = 'iothubowner', { resource = this.hostName, expires = 3600, key } = {}) {
    const parsed = common.ConnectionString.parse(this.connectionString(policy));
    return common.SharedAccessSignature.create(resource, policy, key ?? parsed.SharedAccessKey, Math.floor(Date.now() / 1000) + expires).toString();
  }

  /** A token of a device or module; what the SDK reads its host from has the port. */
  deviceToken(id, key, { expires = 3600, host = this.hostName } = {}) {
    const [d, m] = id.split('/');
    const resource = encodeURIComponent(`${host}/devices/${d}${m ? `/modules/${m}` : ''}`);
    return common.SharedAccessSignature.create(resource, undefined, key, Math.floor(Date.now() / 1000) + expires).toString();
  }

  /** A plain request. */
  async request(method, target, { body, headers = {}, token = this.serviceToken(), raw } = {}) {
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const url = new URL(`https://${this.hostName}${target}`);
    url.searchParams.set('api-version', '2021-04-12');
    return await new Promise((resolve, reject) => {
      const request = https.request(url, {
        method, agent: this.agent,
        headers: { ...(token && { authorization: token }), ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }), ...headers },
      }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => {
          const content = Buffer.concat(parts).toString();
          resolve({ status: response.statusCode, headers: response.headers, body: content ? JSON.parse(content) : undefined });
        });
      });
      request.on('error', reject);
      request.end(text);
    });
  }

  /** Makes a device. */
  async device(deviceId, more = {}) {
    return (await this.owner.create({ deviceId, ...more })).responseBody;
  }

  /** Makes a device with a module. */
  async module(deviceId, moduleId = 'm', more = {}) {
    const made = await this.device(deviceId, more);
    await this.owner.addModule({ deviceId, moduleId });
    return { device: made, module: (await this.owner.getModule(deviceId, moduleId)).responseBody };
  }

  /** Microsoft's client of a device. */
  async deviceClient(deviceId, key, { transport = mqtt.Mqtt, options = {}, host = this.mqttHost } = {}) {
    const client = device.Client.fromConnectionString(`HostName=${host};DeviceId=${deviceId};SharedAccessKey=${key}`, transport);
    client.setRetryPolicy(new common.NoRetry());
    await client.setOptions({ ...this.#trust, ...options });
    return client;
  }

  /** Microsoft's client of a device that shows a certificate. */
  async certificateClient(deviceId, certificate) {
    const client = device.Client.fromConnectionString(`HostName=${this.mqttHost};DeviceId=${deviceId};x509=true`, mqtt.Mqtt);
    client.setRetryPolicy(new common.NoRetry());
    await client.setOptions({ ...this.#trust, cert: readFileSync(certificate.certificate, 'utf8'), key: readFileSync(certificate.key, 'utf8') });
    return client;
  }

  /** Microsoft's client of a module. */
  async moduleClient(deviceId, moduleId, key, { transport = mqtt.Mqtt, options = {}, host = this.mqttHost } = {}) {
    const client = device.ModuleClient.fromConnectionString(`HostName=${host};DeviceId=${deviceId};ModuleId=${moduleId};SharedAccessKey=${key}`, transport);
    client.setRetryPolicy(new common.NoRetry());
    await client.setOptions({ ...this.#trust, ...options });
    return client;
  }

  /** Microsoft's client of a device with a ready token. */
  async tokenClient(token) {
    const client = device.Client.fromSharedAccessSignature(token, mqtt.Mqtt);
    client.setRetryPolicy(new common.NoRetry());
    await client.setOptions(this.#trust);
    return client;
  }

  /** The edge device of all cases that need one, started by the first of them. */
  edge() {
    return this.#edge ??= EdgeDevice.start(this, this.#at, 'edge-device');
  }

  /** Ends what was started. */
  async close() {
    await (await this.#edge?.catch(() => null))?.close();
  }

  /** The number of the newest event that the hub has. */
  async lastEvent() {
    let last = 0;
    for (;;) {
      const { body } = await this.request('GET', `/devhub/events?after=${last}`);
      if (body.last === last) {
        return last;
      }

      last = body.last;
    }
  }

  /** The first event of a device after a number. */
  async event(deviceId, after = 0) {
    for (let last = after, tries = 0; tries < 20; tries++) {
      const { body } = await this.request('GET', `/devhub/events?after=${last}&wait=5`);
      const found = body.events.find((one) => one.deviceId === deviceId);
      if (found) {
        return { ...found, text: Buffer.from(found.body, 'base64').toString() };
      }

      last = body.last;
    }

    throw new Error(`No message of ${deviceId} arrived.`);
  }
}
