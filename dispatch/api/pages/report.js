/* Enhancement of the report page: position of the device, and sending over a WebSocket that resends until the
   centre has the report. Written for Chrome 70; without it the form submits by itself. */
(function () {
  "use strict";
  var form = document.getElementById("report");
  var said = document.getElementById("send-said");
  var locate = document.getElementById("locate");
  var gpsSaid = document.getElementById("gps-said");
  if (!form || !window.JSON) { return; }

  function field(name) { return form.elements[name]; }
  function say(node, vi, en) { node.textContent = vi + " / " + en; }

  if (navigator.geolocation && window.isSecureContext) {
    locate.hidden = false;
    document.getElementById("gps").addEventListener("click", function () {
      say(gpsSaid, "Đang tìm vị trí…", "Finding the position…");
      navigator.geolocation.getCurrentPosition(function (found) {
        field("lon").value = String(found.coords.longitude);
        field("lat").value = String(found.coords.latitude);
        field("accuracy").value = String(Math.round(found.coords.accuracy));
        say(gpsSaid, "Đã có vị trí, sai số " + field("accuracy").value + " m", "Position found");
      }, function () {
        say(gpsSaid, "Không lấy được vị trí; hãy viết địa chỉ.", "No position; please write the address.");
      }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 });
    });
  }
  if (!window.WebSocket || !window.fetch) { return; }

  function body() {
    var place = { heard: field("where").value };
    if (field("lon").value && field("lat").value) {
      place.lon_lat = [Number(field("lon").value), Number(field("lat").value)];
      place.radius_m = Number(field("accuracy").value) || null;
    }
    var report = {
      type: "report.receive", channel: "web", words: field("what").value, place: place,
      phone: field("phone").value, name: field("name").value
    };
    if (field("line").value) { report.line = field("line").value; }
    return report;
  }

  var key = field("device").value;
  var tries = 0;
  var done = false;

  function submitPlainly() {
    if (!done) { done = true; HTMLFormElement.prototype.submit.call(form); }
  }

  function again(report) {
    tries += 1;
    if (tries >= 4) { submitPlainly(); return; }
    say(said, "Mạng yếu, đang gửi lại…", "Weak network, sending again…");
    window.setTimeout(function () { attempt(report); }, Math.random() * 1000 * Math.pow(2, tries));
  }

  /* The words are there; the picture follows by the same form, whose id makes the words count once. */
  function finish(receipt) {
    var file = field("photo").files[0];
    if (!file) { location.assign(receipt); return; }
    say(said, "Tin báo đã nhận, đang gửi ảnh…", "The report was received, sending the photo…");
    shrink(file, function (picture) {
      var sent = new FormData(form);
      sent.set("photo", picture, "photo.jpg");
      fetch("/bao-tin", { method: "POST", body: sent }).then(function (answer) {
        location.assign(answer.redirected ? answer.url : receipt + "?photo=storage_unavailable");
      }, function () { location.assign(receipt + "?photo=storage_unavailable"); });
    });
  }

  var LONGEST = 2048;

  /* Smaller before it goes over a weak network; as it is, if this browser cannot. */
  function shrink(file, then) {
    if (!window.createImageBitmap) { then(file); return; }
    createImageBitmap(file).then(function (image) {
      var scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (blob) { then(blob || file); }, "image/jpeg", 0.82);
    }).catch(function () { then(file); });
  }

  function attempt(report) {
    fetch("/api/tickets", {
      method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ "for": "report", device: key })
    }).then(function (answer) {
      if (!answer.ok) { submitPlainly(); throw new Error("no ticket"); }
      return answer.json();
    }).then(function (ticket) { sendOver(ticket, report); }, function () { if (!done) { again(report); } });
  }

  function sendOver(ticket, report) {
    var address = location.protocol.replace("http", "ws") + "//" + location.host + ticket.path;
    var socket = new WebSocket(address);
    var answered = false;
    var patience = window.setTimeout(function () { socket.close(); }, 8000);
    socket.onopen = function () {
      socket.send(JSON.stringify({
        t: "hello", protocol: 1, ticket: ticket.ticket, device: key, sent_at: new Date().toISOString()
      }));
    };
    socket.onmessage = function (message) {
      var frame = JSON.parse(message.data);
      if (frame.t === "welcome") { socket.send(JSON.stringify(report)); }
      if (frame.t === "ack" && frame.command_id === report.command_id) {
        answered = done = true;
        finish("/bao-tin/" + frame.data.receipt_code);
      }
      if (frame.t === "refused" && !frame.retry_s) {
        answered = true;
        say(said, frame.error.vi, frame.error.en);
        form.querySelector("button[type=submit]").disabled = false;
      }
    };
    socket.onclose = function () {
      window.clearTimeout(patience);
      if (!answered && !done) { again(report); }
    };
  }

  form.addEventListener("submit", function (event) {
    if (!field("what").value.trim() && !field("where").value.trim() && !field("lon").value) { return; }
    event.preventDefault();
    form.querySelector("button[type=submit]").disabled = true;
    say(said, "Đang gửi…", "Sending…");
    tries = 0;
    attempt({
      t: "command", command_id: field("command_id").value, occurred_at: new Date().toISOString(), body: body()
    });
  });
}());
