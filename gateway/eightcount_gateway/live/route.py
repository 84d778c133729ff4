"""The WebSocket `/v1/live`."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.types import Message

from eightcount_common.errors import EightcountError, InvalidInputError
from eightcount_gateway.live.answers import error_message
from eightcount_gateway.live.messages import FinishMessage, ResumeMessage, ServerMessage, StartMessage, parse_message
from eightcount_gateway.live.packets import parse_packet
from eightcount_gateway.live.plan import make_plan
from eightcount_gateway.live.sessions import Connection, LiveSessions

PATH = "/v1/live"
_OPENING_SECONDS = 10.0
"""How long a client may take to say what it wants."""
_NORMAL, _REFUSED, _TAKEN_OVER = 1000, 1008, 4001
"""Close codes (RFC 6455, 7.4.1; 4000 and above are the application's)."""

router = APIRouter()


@router.websocket(PATH)
async def serve_live(websocket: WebSocket) -> None:
    """Serve one connection: open or resume a session, and carry messages in both directions until it ends."""
    await websocket.accept()
    sessions: LiveSessions = websocket.app.state.gateway.live_sessions
    try:
        connection = await _open(websocket, sessions)
    except EightcountError as error:
        await _refuse(websocket, error)
        return
    except (WebSocketDisconnect, TimeoutError):
        with suppress(RuntimeError):
            await websocket.close(_REFUSED)
        return
    ended = False
    try:
        ended = await _carry(websocket, connection)
    finally:
        sessions.release(connection, ended=ended)


async def _open(websocket: WebSocket, sessions: LiveSessions) -> Connection:
    async with asyncio.timeout(_OPENING_SECONDS):
        message = parse_message(await _receive_text(websocket))
    match message:
        case StartMessage():
            return sessions.open(await make_plan(websocket.app.state.gateway.context, message))
        case ResumeMessage():
            connection = sessions.resume(message.session)
            if ready := connection.session.ready:
                await _send(websocket, ready)
            return connection
    raise InvalidInputError("a session must begin with `start` or `resume`")


async def _receive_text(websocket: WebSocket) -> str:
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", _NORMAL))
    text = message.get("text")
    if not isinstance(text, str):
        raise InvalidInputError("a session must begin with a text message")
    return text


async def _carry(websocket: WebSocket, connection: Connection) -> bool:
    """Carry messages until the session has ended, the connection broke or was taken over; return whether it ended."""
    sending = asyncio.create_task(_send_all(websocket, connection))
    receiving = asyncio.create_task(_receive_all(websocket, connection))
    taken_over = asyncio.create_task(connection.taken_over.wait())
    tasks = {sending, receiving, taken_over}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if taken_over.done():
            await _close(websocket, _TAKEN_OVER)
            return False
        if sending.done() and sending.exception() is None:
            await _close(websocket, _NORMAL)
            return True
        error = receiving.exception() if receiving.done() else None
        if isinstance(error, EightcountError):
            await _refuse(websocket, error)
            return True
        return isinstance(error, WebSocketDisconnect) and error.code == _NORMAL  # the client has left
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send_all(websocket: WebSocket, connection: Connection) -> None:
    while (message := await connection.session.outbox.take()) is not None:
        await _send(websocket, message)


async def _receive_all(websocket: WebSocket, connection: Connection) -> None:
    session = connection.session
    idle_seconds = websocket.app.state.gateway.settings.idle_session_seconds
    while True:
        message = await _receive(websocket, idle_seconds)
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", _NORMAL))
        if (data := message.get("bytes")) is not None:
            session.receive(parse_packet(data))
        elif isinstance(parse_message(message["text"]), FinishMessage):
            session.finish()
        else:
            raise InvalidInputError("the session has begun already; only `finish` may follow")


async def _receive(websocket: WebSocket, idle_seconds: float) -> Message:
    try:
        async with asyncio.timeout(idle_seconds):
            return await websocket.receive()
    except TimeoutError:
        raise InvalidInputError(f"nothing was sent for {idle_seconds:g} seconds", reason="SESSION_IDLE") from None


async def _send(websocket: WebSocket, message: ServerMessage) -> None:
    await websocket.send_text(message.model_dump_json())


async def _refuse(websocket: WebSocket, error: EightcountError) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):
        await _send(websocket, error_message(error))
    await _close(websocket, _REFUSED)


async def _close(websocket: WebSocket, code: int) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):
        await websocket.close(code)
